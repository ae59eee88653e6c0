"""The report of a week: on a page, as a file, and mailed once to each manager who wants it."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.weeks import last_week, week_named
from kpis.services import install_library
from notifications import jobs
from notifications.choices import Channel, Rule, State
from notifications.models import Delivery, ReminderRule
from notifications.services import change_reminder_rule, seed_reminder_rules, send_due
from people.choices import Language
from people.services import choose_home_team
from tasks.models import SpecialDay
from tests.conftest import Cast, sign_in
from tests.home.test_manager_home import add_rows, overdue_task

pytestmark = pytest.mark.django_db

# Monday and Tuesday noon in Shanghai, in a week without holidays; the week before is the 47th.
MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
PAGE_QUERIES = 15


@pytest.fixture
def wanted(cast: Cast) -> Cast:
    """The cast, whose organization has switched the report on."""
    seed_reminder_rules(cast.organization.pk)
    ReminderRule.objects.filter(kind=Rule.WEEKLY_REPORT).update(is_enabled=True)
    return cast


def reports() -> list[tuple[str, str]]:
    found = Delivery.objects.filter(rule=Rule.WEEKLY_REPORT, channel=Channel.EMAIL).order_by("id")
    return [(each.recipient.user.name, each.period) for each in found if each.recipient]


def plan_at(*moments: datetime) -> None:
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            jobs.plan()


def test_planning_twice_tells_each_manager_once_a_week(wanted: Cast) -> None:
    plan_at(MONDAY, MONDAY, TUESDAY)
    assert reports() == [("Ana", "2026-W47")]
    plan_at(MONDAY + timedelta(days=7))
    assert reports() == [("Ana", "2026-W47"), ("Ana", "2026-W48")]


def test_it_comes_on_the_first_day_that_is_worked(wanted: Cast) -> None:
    SpecialDay.objects.create(organization=wanted.organization, on=date(2026, 11, 23), is_working=False)
    plan_at(MONDAY)
    assert reports() == []
    plan_at(TUESDAY)
    assert reports() == [("Ana", "2026-W47")]


def test_nobody_gets_it_before_the_organization_wants_it(cast: Cast) -> None:
    plan_at(MONDAY)
    assert reports() == []


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (Language.ENGLISH, "Weekly report: week 47 of 2026", ("Overdue tasks", "Open the report")),
        (Language.CHINESE, "周报：2026 年第 47 周", ("逾期任务", "打开周报")),
    ],
)
def test_the_mail_is_the_report_in_the_managers_language(
    wanted: Cast,
    mailoutbox: list[EmailMultiAlternatives],
    language: Language,
    subject: str,
    words: tuple[str, ...],
) -> None:
    wanted.ana.user.language = language
    wanted.ana.user.save()
    overdue_task(wanted, "Repair <the> printer")
    plan_at(MONDAY)
    Delivery.objects.filter(rule=Rule.WEEKLY_REPORT).update(due_at=timezone.now())
    send_due()
    (message,) = [each for each in mailoutbox if each.subject == subject]
    ((html, _kind),) = message.alternatives
    assert "Repair <the> printer" in message.body
    assert "Repair &lt;the&gt; printer" in html
    assert words[0] in message.body
    assert all(word in html for word in words)
    assert "/reports/weekly/2026-W47/" in message.body
    assert Delivery.objects.get(rule=Rule.WEEKLY_REPORT, channel=Channel.EMAIL).state == State.SENT


def test_switched_on_it_is_planned_and_mailed_without_a_hand(
    measured: Cast, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    seed_reminder_rules(measured.organization.pk)
    change_reminder_rule(by=measured.adam, kind=Rule.WEEKLY_REPORT, is_enabled=True)
    # A Monday that is over: the database goes by its own clock, and sends what is due by now.
    plan_at(datetime(2026, 1, 12, 4, tzinfo=UTC))
    jobs.send_due()
    jobs.send_due()
    (message,) = [each for each in mailoutbox if each.subject == "Weekly report: week 2 of 2026"]
    assert message.to == [measured.ana.user.email]
    assert "http://testserver/reports/weekly/2026-W2/" in message.body
    assert "Completed orders" in message.body


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_shows_the_week_in_few_queries(
    measured: Cast, rows: int, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    add_rows(measured, rows)
    week = last_week(timezone.localdate(timezone=measured.organization.zone))
    client = sign_in(measured.ana)
    with django_assert_max_num_queries(PAGE_QUERIES):
        page = client.get(f"/reports/weekly/{week.name}/").content.decode()
    assert f"Week {week.number} of {week.year}" in page
    assert f'value="{week.monday}"' not in page
    assert "Task 0" in page
    assert client.get("/reports/weekly/")["Location"] == f"/reports/weekly/{week.name}/?team=all"


@pytest.mark.parametrize("asked", ["all", "usual", "chosen"])
def test_home_leads_to_the_report_of_the_team_that_it_shows(measured: Cast, asked: str) -> None:
    choose_home_team(membership=measured.ana, team_id=measured.support.pk)
    team = {"all": "all", "usual": "", "chosen": str(measured.field.pk)}[asked]
    client = sign_in(measured.ana)
    page = client.get(f"/?team={team}&from=2026-01-05&to=2026-01-18").content.decode()
    wanted = team or str(measured.support.pk)
    assert f'href="/reports/weekly/?team={wanted}"' in page
    report = client.get(f"/reports/weekly/?team={wanted}", follow=True)
    assert report.redirect_chain[-1][0].endswith(f"?team={wanted}")
    assert report.context["scope"].team_id == (None if team == "all" else int(wanted))


def test_weeks_that_are_to_come_or_never_are_not_found(cast: Cast) -> None:
    client = sign_in(cast.ana)
    following = timezone.localdate(timezone=cast.organization.zone) + timedelta(days=7)
    year, number, _day = following.isocalendar()
    for name in (f"{year}-W{number}", "2025-W53", "2026-W0"):
        assert client.get(f"/reports/weekly/{name}/").status_code == 404
    assert week_named(2026, 47, date(2026, 11, 23)).before.before.name == "2026-W45"


def test_files_hold_all_tables_and_no_formula(cast: Cast) -> None:
    install_library(cast.organization.pk)
    overdue_task(cast, "=cmd()")
    week = last_week(timezone.localdate(timezone=cast.organization.zone))
    client = sign_in(cast.ana)
    for address in ("/home.csv?team=all", f"/reports/weekly/{week.name}.csv"):
        answer = client.get(address)
        assert answer["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert {"KPIs", "Overdue tasks", "Load of the coming two weeks", "Complaint themes"} <= {
            row[0] for row in rows if row
        }
        assert any(row and row[0] == "'=cmd()" for row in rows)
