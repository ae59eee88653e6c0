"""The audit log answers who did what, for those who may read it, page by page, and as a file."""

import csv
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from activity.kinds import KINDS
from activity.models import Event
from activity.selectors import Asked, audit_log, rows_told
from activity.services import record
from common.tenancy import acting_for
from people.choices import Language
from people.models import Invitation, Organization, Team, User
from tasks.choices import Status
from tasks.models import Task
from tasks.services import change_status, create_task
from tests.conftest import Cast, sign_in

PAGE = "/settings/audit/"
FILE = "/settings/audit/events.csv"


def happened(cast: Cast, times: int, *, by: Any = None, verb: str = "team.edited", **facts: str) -> None:
    """So many events."""
    for _ in range(times):
        record(verb, subject=cast.support, organization_id=cast.organization.pk, by=by or cast.ana, **facts)


def ids(text: str) -> list[int]:
    """The rows of a file of the log."""
    return [int(row["id"]) for row in csv.DictReader(text.lstrip("\ufeff").splitlines())]


def test_newest_first_page_by_page_and_nothing_twice(cast: Cast) -> None:
    happened(cast, 120)
    adam = sign_in(cast.adam)
    found, address = [], PAGE
    while address:
        page = adam.get(address).context
        found += [each["event"].pk for each in page["events"]]
        address = page["older_url"]
    assert found == list(
        Event.objects.filter(organization=cast.organization).order_by("-id").values_list("pk", flat=True)
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_as_many_queries_however_long(cast: Cast, rows: int) -> None:
    happened(cast, rows)
    adam = sign_in(cast.adam)
    adam.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        adam.get(PAGE)
    assert len(queries) <= 8


def test_it_is_narrowed_by_person_kind_row_and_days(cast: Cast) -> None:
    old = Event.objects.create(
        organization=cast.organization,
        actor=cast.ben,
        verb="team.edited",
        subject_type="people.team",
        subject_id=cast.support.pk,
        occurred_at=timezone.now() - timedelta(days=9),
    )
    happened(cast, 1, verb="team.created")
    today = timezone.localdate(timezone=cast.organization.zone)
    assert list(audit_log(cast.adam, Asked(actor=cast.ben))) == [old]
    assert [e.verb for e in audit_log(cast.adam, Asked(verb="team.created"))] == ["team.created"]
    assert old not in audit_log(cast.adam, Asked(first_on=today))
    assert list(audit_log(cast.adam, Asked(last_on=today - timedelta(days=8)))) == [old]
    assert not audit_log(cast.adam, Asked(subject_type="people.team", subject_id=0)).exists()
    page = sign_in(cast.adam).get(PAGE, {"actor": cast.ben.pk, "verb": "team.edited"})
    assert [each["event"].pk for each in page.context["events"]] == [old.pk]


def test_a_filter_that_cannot_be_is_refused_and_shows_nothing_of_others(cast: Cast) -> None:
    adam = sign_in(cast.adam)
    assert adam.get(PAGE, {"verb": "nothing.happened"}).status_code == 422
    assert adam.get(PAGE, {"actor": cast.dan.pk}).status_code == 422
    assert adam.get(PAGE, {"before": "x"}).status_code == 200
    assert adam.get(FILE, {"first_on": "yesterday"}).status_code == 400


def test_the_file_holds_what_the_page_shows_and_starts_no_formula(cast: Cast) -> None:
    happened(cast, 60, fields="=HYPERLINK(1)")
    cast.ana.user.name = "=cmd()"
    cast.ana.user.save()
    answer = sign_in(cast.adam).get(FILE, {"verb": "team.edited"})
    text = b"".join(answer).decode()
    assert len(ids(text)) == 60
    assert "'=cmd()" in text
    assert not re.search(r'(^|,)"?=', text, re.MULTILINE)


def test_facts_are_told_in_the_readers_words(cast: Cast) -> None:
    task = create_task(by=cast.ana, title="Count the shelf")
    change_status(by=cast.ana, task_id=task.pk, status=Status.DONE)
    User.objects.filter(pk=cast.adam.user_id).update(language=Language.CHINESE)
    page = sign_in(cast.adam).get(PAGE, {"verb": "task.status_changed"}).content.decode()
    assert "变更前：待办 · 变更后：已完成" in page


def test_another_organization_sees_its_own_only(cast: Cast) -> None:
    happened(cast, 2)
    assert not audit_log(cast.dan, Asked()).filter(organization=cast.organization).exists()
    assert "Ana" not in sign_in(cast.dan).get(PAGE).content.decode()


def told(page: str) -> list[str]:
    """What each row of a log is said to be about, without the markup."""
    found = re.findall(r'<span class="break">(.*?)</span>\s*</td>', page)
    return [re.sub("<[^>]+>", "", each) for each in found]


def test_rows_are_named_in_words_and_linked_where_they_still_are(cast: Cast) -> None:
    task = create_task(by=cast.ana, title="Count the shelf", assignee_id=cast.ben.pk)
    gone = create_task(by=cast.ana, title="Thrown away")
    about = {"organization_id": cast.organization.pk, "by": cast.ana}
    rows = (gone, cast.vera, Organization(pk=cast.organization.pk), Invitation(pk=7))
    for row in rows:
        record("task.edited", subject=row, **about)
    with acting_for(cast.other.pk):
        strange = create_task(by=cast.dan, title="Another's secret")
    record("task.edited", subject=Task(pk=strange.pk), **about)
    Task.objects.filter(pk=gone.pk).delete()
    adam = sign_in(cast.adam)
    page = adam.get(PAGE).content.decode()
    assert told(page) == [
        f"Task {strange.pk} (deleted)",
        "Invitation 7",
        "Organization Acme",
        "Member Vera",
        *[f"Task {gone.pk} (deleted)"] * 2,
        "Task Count the shelf",
    ]
    assert f'<a href="/tasks/{task.pk}/">Count the shelf</a>' in page
    assert f'<a href="/settings/members/{cast.vera.pk}/">Vera</a>' in page
    assert "Assignee: Ben" in page
    assert "tasks.task" not in page
    User.objects.filter(pk=cast.adam.user_id).update(language=Language.CHINESE)
    chinese = told(adam.get(PAGE).content.decode())
    assert (chinese[0], chinese[-1]) == (f"任务 {strange.pk}（已删除）", "任务 Count the shelf")
    text = b"".join(adam.get(FILE)).decode()
    assert [
        (row["subject_type"], row["subject"]) for row in csv.DictReader(text.lstrip("\ufeff").splitlines())
    ][-1] == ("tasks.task", "任务")


def test_who_may_not_open_a_page_gets_no_link_to_it(cast: Cast) -> None:
    happened(cast, 1)
    row = (Team._meta.label_lower, cast.support.pk)
    assert rows_told(cast.adam, [row])[row].url
    assert (rows_told(cast.ben, [row])[row].title, rows_told(cast.ben, [row])[row].url) == ("Support", "")


def test_naming_costs_one_query_for_each_kind_however_many_rows(cast: Cast) -> None:
    rows = [
        (label, pk) for label in ("tasks.task", "people.team", "people.membership", "x.y") for pk in range(50)
    ]
    with CaptureQueriesContext(connection) as queries:
        assert len(rows_told(cast.adam, rows)) == 200
    assert len(queries) == 3


def test_every_kind_is_found_and_has_its_page_and_words_in_both_languages(cast: Cast) -> None:
    for label, kind in KINDS.items():
        (found,) = rows_told(cast.adam, [(label, 1_000_000)]).values()
        assert found.is_gone == bool(kind.names), label
        if kind.page:
            assert reverse(kind.page, args=[1] if kind.ref else [])
        english = str(kind.label)
        with translation.override("zh-hans"):
            assert str(kind.label) != english or english == "Webhook", label
