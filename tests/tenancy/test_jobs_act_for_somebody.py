"""Every job runs in an organization or is named as one that looks across all; each works with the worker's rights."""

import inspect

import pytest

from common import tenancy
from common.wall.policies import WORKER
from kpis.models import DayCell, Measurement, Metric
from kpis.models.cells import DirtyRange
from opsteam import schedule
from opsteam.celery import app
from tests.architecture.source import APPS, files, name
from tests.tenancy.conftest import Both, acting_as

app.loader.import_default_modules()
# All jobs by their name; and the threads of the job that sends webhooks, which a job's context does not reach.
ASKING = {"opsteam/acting.py", "notifications/services/webhooks/sending.py"}
JOBS = sorted(job for job in app.tasks if not job.startswith("celery."))


def parameters(job: str) -> list[str]:
    """The names of what the job is given."""
    return list(inspect.signature(app.tasks[job].run).parameters)


@pytest.mark.parametrize("job", JOBS)
def test_every_job_says_for_whom_it_acts(job: str) -> None:
    assert "organization_id" in parameters(job) or job in schedule.ACROSS_ORGANIZATIONS, (
        "Give the job an organization_id, or name it in opsteam.schedule.ACROSS_ORGANIZATIONS: "
        "as it is, it sees no row."
    )


def test_every_named_job_exists() -> None:
    assert set(JOBS) >= schedule.ACROSS_ORGANIZATIONS


@pytest.mark.parametrize("job", [job for job in JOBS if not parameters(job)])
def test_every_sweep_works_with_the_rights_of_a_worker(both: Both, job: str) -> None:
    with acting_as(WORKER):
        app.tasks[job]()


def test_a_worker_rolls_up_the_facts_of_every_organization(both: Both) -> None:
    with acting_as(WORKER):
        for rows in (both.one, both.two):
            app.tasks["kpis.recompute_shard"](shard=DirtyRange.shard_of(rows[Metric].pk))
        with tenancy.across_organizations():
            days = DayCell.objects.filter(day=Measurement.objects.first().occurred_at.date(), n=1)
            assert {cell.metric_id for cell in days} == {both.one[Metric].pk, both.two[Metric].pk}


def test_a_job_of_an_organization_sees_no_other() -> None:
    seen = []

    @app.task(name="tests.see")
    def see(organization_id: int) -> None:
        seen.append(tenancy.present())

    @app.task(name="tests.see_nothing")
    def see_nothing() -> None:
        seen.append(tenancy.present())

    try:
        see(7)
        see(organization_id=8)
        see_nothing()
    finally:
        app.tasks.pop("tests.see")
        app.tasks.pop("tests.see_nothing")
    assert seen == ["7", "8", tenancy.NONE]


def test_only_jobs_look_across_organizations() -> None:
    """A request that did would see nothing, but it has no business to ask."""
    asking = {name(path) for path in files(*APPS) if "across_organizations(" in path.read_text("utf-8")} - {
        "common/tenancy.py"
    }
    assert asking == ASKING
