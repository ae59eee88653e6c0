"""The page of periodic jobs."""

import re

from opsteam import schedule
from opsteam.celery import app
from tests.architecture.source import APPS, files, name

ENQUEUED = re.compile(r"""enqueue\(\s*["']([\w.]+)["']""")


def jobs() -> set[str]:
    """Every job a worker knows."""
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_periodic_job_exists() -> None:
    assert set(schedule.EVERY_SECONDS) <= jobs()


def test_beat_ticks_what_the_page_says_and_ticks_do_not_pile_up() -> None:
    app.finalize()
    ticked = app.conf.beat_schedule
    assert {job: entry["schedule"] for job, entry in ticked.items()} == schedule.EVERY_SECONDS
    assert all(entry["options"]["expires"] == 5 * entry["schedule"] for entry in ticked.values())


def test_every_enqueued_job_exists() -> None:
    enqueued = {job for path in files(*APPS) for job in ENQUEUED.findall(path.read_text("utf-8"))}
    assert "activity.tell_followers" in enqueued
    assert enqueued <= jobs()


def test_nothing_starts_jobs_past_the_queue() -> None:
    direct = re.compile(r"\.(delay|apply_async|send_task)\(")
    assert [name(path) for path in files(*APPS) if direct.search(path.read_text("utf-8"))] == [
        "common/queue.py"
    ]


def test_limits_and_acknowledgement_are_those_that_were_measured() -> None:
    conf = app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]
