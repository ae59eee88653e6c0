"""The first steps of an empty organization: read from its rows, hidden by one, always there to find."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from common.errors import InvalidInput, NotAllowed
from goals import services as goals
from home.first_steps import SAMPLE_SOURCE, first_steps
from kpis import services as kpis
from kpis.library import SHIPPED_KPIS
from kpis.library.themes import THEMES, USES
from kpis.models import Kpi
from kpis.services import install_library
from people import services as people
from people.choices import Language, Role
from people.models import Membership
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, sign_in

THREE = ("csat", "first-response-time", "on-time-rate")


@pytest.fixture
def newcomer(db: None) -> Membership:
    """The administrator of an organization in which nothing is but the shipped KPIs."""
    organization = people.create_organization(slug="new", name_en="New", time_zone="Asia/Shanghai")
    install_library(organization.pk)
    return people.add_member(
        organization=organization,
        email="n@example.test",
        name="Nora",
        role=Role.ADMIN,
        password=None,
        language=Language.ENGLISH,
    )


def done(actor: Membership) -> list[str]:
    return [step.key for step in first_steps(actor).steps if step.is_done]


def test_each_step_is_done_by_the_rows_and_undone_with_them(newcomer: Membership) -> None:
    assert done(newcomer) == []
    people.invite(by=newcomer, email="x@example.test", role=Role.MEMBER)
    kpis.choose_kpis(newcomer, THREE)
    task = tasks.create_task(by=newcomer, title="First")
    assert done(newcomer) == ["people", "kpis", "rows"]
    tasks.delete_task(by=newcomer, task_id=task.pk, version=None)
    goals.create_goal(by=newcomer, name_en="Goal", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    steps = first_steps(newcomer)
    assert [step.key for step in steps.steps if step.is_done] == ["people", "kpis", "goal"]
    assert steps.next is not None
    assert (steps.next.key, steps.done, steps.is_finished) == ("rows", 3, False)


def test_sample_rows_are_not_the_organizations_own(newcomer: Membership) -> None:
    Task.objects.create(organization=newcomer.organization, title="x", source=SAMPLE_SOURCE, external_id="1")
    assert done(newcomer) == []
    assert not first_steps(newcomer).is_untouched


def test_an_empty_home_is_the_steps_and_a_fuller_one_offers_the_next(newcomer: Membership) -> None:
    browser = sign_in(newcomer)
    page = browser.get("/").content.decode()
    assert "0 of 4 done" in page
    for href in (
        "/settings/invitations/",
        "/first-steps/kpis/",
        "/tasks/import/",
        "/feedback/import/",
        "/goals/new/",
    ):
        assert f'href="{href}"' in page
    tasks.create_task(by=newcomer, title="First")
    page = browser.get("/").content.decode()
    assert "First steps: 1 of 4 done" in page
    assert page.count("First steps: ") == 1


def test_hidden_by_one_they_are_there_for_others_and_come_back(cast: Cast) -> None:
    tasks.create_task(by=cast.ben, title="First")
    ana, ben = sign_in(cast.ana), sign_in(cast.ben)
    assert ana.post("/first-steps/hiding/").status_code == 302
    assert "First steps: " not in ana.get("/").content.decode()
    assert "First steps: " in ben.get("/").content.decode()
    assert "Show on Home again" in ana.get("/first-steps/").content.decode()
    ana.post("/first-steps/return/")
    assert "First steps: " in ana.get("/").content.decode()


def test_who_may_not_take_a_step_is_told_and_gets_the_next_they_may(cast: Cast) -> None:
    tasks.create_task(by=cast.ben, title="First")
    page = sign_in(cast.ben).get("/first-steps/").content.decode()
    assert "an administrator takes it" in page
    steps = first_steps(cast.ben)
    assert steps.next is not None
    assert steps.next.key == "goal"
    assert first_steps(cast.vera).next is None


def test_all_steps_are_read_with_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        first_steps(cast.ana)
    assert len(queries) == 1


def test_chosen_kpis_have_an_owner_and_twice_changes_nothing(newcomer: Membership) -> None:
    kpis.archive_kpi(newcomer, "csat")
    kpis.choose_kpis(newcomer, THREE)
    chosen = Kpi.objects.filter(key__in=THREE)
    assert {(kpi.owner_id, kpi.archived_at) for kpi in chosen} == {(newcomer.pk, None)}
    assert all(kpi.targets.exists() for kpi in chosen)
    events = Event.objects.count()
    kpis.choose_kpis(newcomer, THREE)
    assert Event.objects.count() == events


def test_choosing_keeps_an_owner_and_refuses_members_and_unknown_keys(cast: Cast) -> None:
    install_library(cast.organization.pk)
    kpis.choose_kpis(cast.ana, ["csat"])
    kpis.choose_kpis(cast.adam, ["csat", "orders"])
    assert Kpi.objects.get(key="csat", organization=cast.organization).owner == cast.ana
    with pytest.raises(NotAllowed):
        kpis.choose_kpis(cast.ben, ["throughput"])
    for keys in ([], ["nothing-of-ours"]):
        with pytest.raises(InvalidInput):
            kpis.choose_kpis(cast.ana, keys)
    assert Kpi.objects.filter(organization=cast.organization, owner__isnull=False).count() == 2


def test_every_kpi_that_ships_stands_in_one_theme_and_says_what_it_is_good_for() -> None:
    in_themes = [key for _label, keys in THEMES for key in keys]
    assert sorted(in_themes) == sorted(USES) == sorted(spec.key for spec in SHIPPED_KPIS)
    assert len(THEMES[0][1]) == 3


def test_the_page_of_kpis_chooses_what_was_ticked(newcomer: Membership) -> None:
    browser = sign_in(newcomer)
    assert "Customer satisfaction (CSAT)" in browser.get("/first-steps/kpis/").content.decode()
    filtered = browser.post("/first-steps/kpis/", {"keys": ["orders"], "q": "Satisfied?", "filter": "1"})
    assert 'value="orders" checked' in filtered.content.decode()
    found = browser.post("/first-steps/kpis/", {"q": "recommend", "filter": "1"}).content.decode()
    assert ('value="nps"' in found, 'value="csat"' in found, done(newcomer)) == (True, False, [])
    assert browser.post("/first-steps/kpis/").status_code == 422
    assert browser.post("/first-steps/kpis/", {"keys": THREE}).status_code == 302
    assert done(newcomer) == ["kpis"]
