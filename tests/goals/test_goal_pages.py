"""The pages of goals."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals import services
from goals.models import CheckIn, Goal, KeyResult
from goals.selectors import local_day
from kpis.models import Kpi
from kpis.services import install_library
from tasks import services as tasks
from tests.conftest import Cast, sign_in
from tests.goals.conftest import by_hand, set_goal

HTMX = {"HX-Request": "true"}


def typed(cast: Cast, *rows: dict[str, object], known: int = 0, **fields: object) -> dict[str, object]:
    today = local_day(cast.ana)
    body: dict[str, object] = {
        "name_en": "Answer faster",
        "kind": "committed",
        "owner": cast.ben.pk,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=90)).isoformat(),
        "review_every_days": 14,
        "key_results-TOTAL_FORMS": len(rows),
        "key_results-INITIAL_FORMS": known,
        **fields,
    }
    for number, row in enumerate(rows):
        for name, value in row.items():
            body[f"key_results-{number}-{name}"] = value
    return body


def row(**fields: object) -> dict[str, object]:
    return {
        "name_en": "Answers",
        "source": "manual",
        "start_value": 0,
        "target_value": 10,
        "weight": 1,
        **fields,
    }


EMPTY_ROW = {"name_en": "", "source": "kpi", "weight": 1}


def test_a_duration_is_typed_and_shown_in_its_units(cast: Cast) -> None:
    install_library(cast.organization.pk)
    kpi = Kpi.objects.get(key="first-response-time")
    asked = row(source="kpi", kpi=kpi.pk, start_value="6", target_value="2 h 30 min")
    client = sign_in(cast.ana)
    client.post(reverse("goals:create"), typed(cast, asked))
    stored = KeyResult.objects.get()
    assert (stored.start_value, stored.target_value) == (6 * 3_600, 9_000)
    page = client.get(reverse("goals:edit", args=[stored.goal_id])).content.decode()
    assert 'value="2 h 30 min"' in page


@pytest.mark.parametrize(("source", "value"), [("manual", "2 h"), ("manual", "many"), ("kpi", "2 parsecs")])
def test_a_value_that_is_none_is_refused_at_its_field(cast: Cast, source: str, value: str) -> None:
    install_library(cast.organization.pk)
    kpi = Kpi.objects.get(key="first-response-time")
    given = typed(cast, row(source=source, kpi=kpi.pk, target_value=value))
    answer = sign_in(cast.ana).post(reverse("goals:create"), given)
    assert answer.status_code == 400
    assert set(answer.context["key_results"].forms[0].errors) == {"target_value"}
    assert f'value="{value}"' in answer.content.decode()


def test_a_fresh_list_says_the_next_step(cast: Cast) -> None:
    page = sign_in(cast.ben).get(reverse("goals:list")).content.decode()
    assert "No goals yet" in page
    assert reverse("goals:create") in page


def test_the_list_shows_active_goals_and_narrows_by_pace(cast: Cast, goal: Goal) -> None:
    closed = set_goal(cast, name_en="Closed one")
    services.close_goal(by=cast.ana, goal_id=closed.pk)
    set_goal(cast, by_hand(manual_value=9), name_en="Nearly there")
    client = sign_in(cast.ben)

    def shown(query: str) -> set[str]:
        return {
            measured.goal.name for measured in client.get(f"{reverse('goals:list')}{query}").context["rows"]
        }

    assert shown("") == {"Answer faster", "Nearly there"}
    assert shown("?pace=on_pace") == {"Nearly there"}
    assert shown("?status=closed") == {"Closed one"}
    assert shown("?status=all") == {"Answer faster", "Nearly there", "Closed one"}
    assert shown(f"?owner={cast.cleo.pk}") == set()
    assert "<html" not in client.get(reverse("goals:list"), headers=HTMX).content.decode()


def test_a_goal_with_key_results_is_set_from_the_form(cast: Cast) -> None:
    install_library(cast.organization.pk)
    kpi = Kpi.objects.get(organization=cast.organization, key="csat")
    answer = sign_in(cast.ana).post(
        reverse("goals:create"),
        typed(cast, row(), row(name_en="", name_zh="满意度", source="kpi", kpi=kpi.pk), EMPTY_ROW),
    )
    goal = Goal.objects.get()
    assert answer["Location"] == reverse("goals:detail", args=[goal.pk])
    assert [(part.name_en, part.name_zh, part.kpi) for part in goal.key_results.all()] == [
        ("Answers", "", None),
        ("", "满意度", kpi),
    ]


def test_an_edit_keeps_changes_and_removes_key_results(cast: Cast, goal: Goal) -> None:
    kept = goal.key_results.get()
    services.edit_goal(
        by=cast.ana, goal_id=goal.pk, version=1, key_results=[by_hand(id=kept.pk), by_hand("Gone")]
    )
    gone = goal.key_results.get(name_en="Gone")
    client = sign_in(cast.ben)
    page = client.get(reverse("goals:edit", args=[goal.pk])).content.decode()
    assert f'name="key_results-1-id" value="{gone.pk}"' in page
    answer = client.post(
        reverse("goals:edit", args=[goal.pk]),
        typed(
            cast,
            row(id=kept.pk, target_value=20),
            row(id=gone.pk, DELETE="on"),
            EMPTY_ROW,
            known=2,
            version=2,
            team=cast.support.pk,
        ),
    )
    assert answer.status_code == 302
    assert [(part.pk, part.target_value) for part in goal.key_results.all()] == [(kept.pk, 20)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_en": ""},
        {"name_en": "a\x00"},
        {"ends_on": "1999-01-01"},
        {"starts_on": "soon"},
        {"review_every_days": "9" * 50},
        {"parent": "9" * 50},
        {"key_results-0-target_value": "1e999"},
        {"key_results-0-target_value": "NaN"},
        {"key_results-0-target_value": "0"},
        {"key_results-0-kpi": "9" * 50},
        {"key_results-0-source": "kpi"},
        {"key_results-0-id": "9" * 18},
        {"key_results-TOTAL_FORMS": "x"},
        {"key_results-TOTAL_FORMS": "5000"},
    ],
)
def test_wrong_input_comes_back_with_the_form_and_stores_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    answer = sign_in(cast.ana).post(reverse("goals:create"), {**typed(cast, row()), **wrong})
    assert answer.status_code == 400
    assert not Goal.objects.exists()


def test_a_form_refuses_rows_of_another_organization(cast: Cast, goal: Goal) -> None:
    install_library(cast.other.pk)
    theirs = set_goal(cast, by=cast.dan, owner_id=cast.dan.pk, team_id=None)
    kpi = Kpi.objects.filter(organization=cast.other).first()
    assert kpi is not None
    client = sign_in(cast.ana)
    for body in (
        typed(cast, owner=cast.dan.pk),
        typed(cast, parent=theirs.pk),
        typed(cast, row(source="kpi", kpi=kpi.pk)),
        typed(cast, row(id=goal.key_results.get().pk), known=1),
    ):
        assert client.post(reverse("goals:create"), body).status_code == 400
    assert Goal.objects.count() == 2


def test_a_stale_edit_keeps_what_was_typed(cast: Cast, goal: Goal) -> None:
    services.edit_goal(by=cast.ana, goal_id=goal.pk, version=1, name_en="Changed")
    answer = sign_in(cast.ben).post(
        reverse("goals:edit", args=[goal.pk]), typed(cast, version=1, name_en="Typed", team=cast.support.pk)
    )
    assert answer.status_code == 409
    assert 'value="Typed"' in answer.content.decode()
    assert "Ana changed this while you were editing." in answer.content.decode()
    goal.refresh_from_db()
    assert (goal.name_en, goal.key_results.count()) == ("Changed", 1)


def test_key_results_of_two_people_meet_row_by_row(cast: Cast, goal: Goal) -> None:
    client, address = sign_in(cast.ben), reverse("goals:edit", args=[goal.pk])
    own = goal.key_results.get()
    opened = client.get(address).context["key_results"]
    base = re.search('value="(.*)">', opened[0].base)
    assert base is not None
    mine = row(id=own.pk, target_value=30, _base=unescape(base[1]))
    post = typed(cast, mine, row(name_en="Mine"), known=1, version=1, team=cast.support.pk)
    theirs = [by_hand(id=own.pk, target_value=Decimal(20), weight=3), by_hand("Theirs")]
    services.edit_goal(by=cast.ana, goal_id=goal.pk, version=1, key_results=theirs)
    answer = client.post(address, post)
    assert answer.status_code == 409
    found = [(each.label, each.choice) for each in answer.context["differences"] if "Key" in each.label]
    assert found == [
        ("Key result 1: Target", "key_results-0-_keep_target_value"),
        ("Key result 1: Weight", ""),
    ]
    shown = answer.context["key_results"]
    again = {field.html_name: field.value() or "" for form in shown for field in form}
    again |= {field.html_name: field.value() or "" for field in shown.management_form}
    again |= {field.html_name: field.value() or "" for field in answer.context["form"]}
    assert client.post(address, again).status_code == 302
    assert list(goal.key_results.values_list("name_en", "target_value", "weight")) == [
        ("Answers", 30, 3),
        ("Theirs", 10, 1),
        ("Mine", 10, 1),
    ]


def test_entered_numbers_come_back_as_they_were_typed(cast: Cast) -> None:
    measured = set_goal(cast, by_hand(manual_value=9, target_value=120), name_en="By hand")
    for name in ("goals:detail", "goals:edit"):
        page = sign_in(cast.ana).get(reverse(name, args=[measured.pk])).content.decode()
        assert 'value="9"' in page
        assert ".000000" not in page


def test_a_check_in_is_recorded_from_the_page(cast: Cast, goal: Goal) -> None:
    part = goal.key_results.get()
    address = reverse("goals:check-in", args=[goal.pk])
    client = sign_in(cast.ben)
    wrong = client.post(address, {"confidence": "high", "version": 1, f"value_{part.pk}": "many"})
    assert wrong.status_code == 400
    assert not CheckIn.objects.exists()
    right = {"confidence": "low", "note": "Stuck", "version": 1, f"value_{part.pk}": "2"}
    assert client.post(address, right)["Location"] == reverse("goals:detail", args=[goal.pk])
    assert client.post(address, right).status_code == 409
    assert CheckIn.objects.get().progress * 10 == 2
    assert "Stuck" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()


def test_a_check_in_on_a_goal_that_changed_keeps_its_note_and_can_be_sent_again(
    cast: Cast, goal: Goal
) -> None:
    client, address = sign_in(cast.ben), reverse("goals:check-in", args=[goal.pk])
    typed_in = {"confidence": "high", "note": "Two people joined.", "version": goal.version}
    services.check_in(by=cast.ana, goal_id=goal.pk, confidence="low", version=goal.version)
    answer = client.post(address, typed_in)
    assert answer.status_code == 409
    assert "Two people joined." in answer.content.decode()
    version = answer.context["form"]["version"].value()
    assert client.post(address, {**typed_in, "version": version}).status_code == 302
    assert CheckIn.objects.filter(note="Two people joined.").count() == 1


def test_a_goal_is_closed_and_reopened_from_its_page(cast: Cast, goal: Goal) -> None:
    client = sign_in(cast.ben)
    client.post(reverse("goals:close", args=[goal.pk]))
    goal.refresh_from_db()
    assert goal.status == "closed"
    assert client.get(reverse("goals:detail", args=[goal.pk])).status_code == 200
    client.post(reverse("goals:reopen", args=[goal.pk]))
    goal.refresh_from_db()
    assert goal.status == "active"


@pytest.mark.parametrize("count", [1, 3])
def test_list_and_detail_cost_a_fixed_number_of_queries(cast: Cast, count: int) -> None:
    install_library(cast.organization.pk)
    goal = None
    for kpi in Kpi.objects.filter(organization=cast.organization)[:count]:
        parts = (by_hand(source="kpi", kpi_id=kpi.pk), by_hand(source="tasks"), by_hand())
        goal = set_goal(cast, *parts[:count], parent_id=goal.pk if goal else None)
        task = tasks.create_task(by=cast.ana, title="x", goal_id=goal.pk, assignee_id=cast.ben.pk)
        tasks.change_status(by=cast.ana, task_id=task.pk, status="done")
        services.check_in(by=cast.ben, goal_id=goal.pk, confidence="high")
    assert goal is not None
    client = sign_in(cast.ben)
    for address in (
        reverse("goals:list"),
        reverse("goals:detail", args=[goal.pk]),
        reverse("goals:edit", args=[goal.pk]),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 13, [query["sql"][:80] for query in queries]


def test_others_read_and_change_nothing(cast: Cast, goal: Goal) -> None:
    for who in (cast.cleo, cast.vera):
        client = sign_in(who)
        assert client.get(reverse("goals:detail", args=[goal.pk])).status_code == 200
        assert client.get(reverse("goals:edit", args=[goal.pk])).status_code == 403
        for name in ("check-in", "close", "reopen"):
            answer = client.post(
                reverse(f"goals:{name}", args=[goal.pk]), {"confidence": "high", "version": 1}
            )
            assert answer.status_code == 403
    goal.refresh_from_db()
    assert (goal.status, goal.version) == ("active", 1)


def test_another_organization_finds_nothing(cast: Cast, goal: Goal) -> None:
    client = sign_in(cast.dan)
    assert goal.name not in client.get(reverse("goals:list")).content.decode()
    for name in ("detail", "edit"):
        assert client.get(reverse(f"goals:{name}", args=[goal.pk])).status_code == 404
    for name in ("edit", "check-in", "close", "reopen"):
        assert client.post(reverse(f"goals:{name}", args=[goal.pk]), typed(cast)).status_code == 404
    assert Goal.objects.get().status == "active"


def test_the_form_starts_with_the_running_quarter_and_the_kpi_it_was_opened_from(cast: Cast) -> None:
    install_library(cast.organization.pk)
    page = sign_in(cast.ana).get(f"{reverse('goals:create')}?kpi=csat")
    today = local_day(cast.ana)
    starts_on = page.context["form"]["starts_on"].initial
    assert starts_on == date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    kpi = Kpi.objects.get(organization=cast.organization, key="csat")
    assert f'<option value="{kpi.pk}" selected>' in page.content.decode()
