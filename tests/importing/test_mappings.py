"""Mapping files and flags: what they can say, and which mistakes they refuse."""

import json

import pytest

from feedback.models import FeedbackItem
from tasks.models import Task
from tests.importing.conftest import ITEMS, TASKS

CONTENT = "Nr,Was,Wann,Art,Team\n1,Zu spät,03.01.2026 08:15,Beschwerde,support\n2,Danke,04.01.2026 09:00,Lob,客户支持\n"
MAPPING = """
source: tickets
time_zone: Europe/Berlin
date_formats: ["%d.%m.%Y %H:%M"]
columns: {external_id: Nr, subject: Was, opened_at: Wann, kind: Art, team: Team}
constants: {channel: phone}
values:
  kind: {Beschwerde: complaint, Lob: praise}
"""


def test_a_mapping_file_says_everything(importing, write, cast):
    said = importing("feedback", write(CONTENT), "--mapping", write(MAPPING, "m.yaml"))
    assert said.rows() == (2, 2, 0)
    first, second = FeedbackItem.objects.order_by("external_id")
    assert first.opened_at.isoformat() == "2026-01-03T07:15:00+00:00"
    assert (first.kind, second.kind) == ("complaint", "praise")
    assert {first.channel, second.channel} == {"phone"}
    assert {first.team, second.team} == {cast.support}
    assert {first.source, second.source} == {"tickets"}


def test_json_says_the_same_and_flags_win(importing, write):
    mapping = {"source": "a", "columns": {"external_id": "id", "subject": "wrong", "opened_at": "opened"}}
    path = write(json.dumps(mapping), "m.json")
    content = write("id,subject,opened\n1,b,2026-01-01\n")
    said = importing("feedback", content, "--mapping", path, "--map", "subject=subject", "--source", "b")
    assert said.code == 0
    assert FeedbackItem.objects.get().source == "b"


@pytest.mark.parametrize(
    ("text", "said_of"),
    [
        ("colums: {subject: b}", "colums"),
        ("columns: {subjekt: subject}", "subjekt"),
        ("columns: {body: Betreff}", "Betreff"),
        ("columns: [subject]", "columns"),
        ("time_zone: Mars/Olympus", "Mars/Olympus"),
        ("values: {kind: {a: yes}}", "quotes"),
        ("events: {case: id}", "at, status"),
        ("columns: {subject: subject", "cannot be read"),
        ("encoding: koi8-r", "koi8-r"),
        ("- a list", "mapping of names"),
    ],
)
def test_a_mistake_in_the_mapping_is_named_and_nothing_is_read(importing, write, text, said_of):
    said = importing(
        "feedback", write("id,subject,opened\n1,a,2026-01-01\n"), *ITEMS, "--mapping", write(text, "m.yml")
    )
    assert said.code == 2
    assert said_of in said.err
    assert not FeedbackItem.objects.exists()


def test_a_required_field_without_a_column_is_named_with_the_columns_there_are(importing, write):
    said = importing("feedback", write("id,subject,opened\n"), "--map", "external_id=id")
    assert said.code == 2
    assert "subject, opened_at" in said.err


def test_events_are_for_tasks_only(importing, write):
    mapping = write("events: {case: id, at: opened, status: subject}", "m.yaml")
    said = importing("feedback", write("id,subject,opened\n1,a,2026-01-01\n"), *ITEMS, "--mapping", mapping)
    assert said.code == 2


def test_members_are_found_by_address_or_name_and_only_in_this_organization(importing, write, cast):
    content = (
        "id,title,opened,who\n1,a,2026-01-01,BEN@example.test\n2,b,2026-01-01,Cleo\n3,c,2026-01-01,Dan\n"
    )
    said = importing("tasks", write(content), *TASKS, "--map", "assignee=who")
    assert said.rows() == (3, 2, 1)
    assert "Dan" in said.err
    assert list(Task.objects.order_by("external_id").values_list("assignee_id", flat=True)) == [
        cast.ben.pk,
        cast.cleo.pk,
    ]


def test_repeated_columns_are_told_apart(importing, write):
    content = "id,subject,subject,opened\n1,first,second,2026-01-01\n"
    said = importing("feedback", write(content), *ITEMS, "--map", "body=subject#2")
    assert "repeated" in said.out
    item = FeedbackItem.objects.get()
    assert (item.subject, item.body) == ("first", "second")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen(importing, write, delimiter):
    content = "id,subject,opened\n1,a,2026-01-01\n".replace(",", delimiter)
    assert importing("feedback", write(content), *ITEMS).code == 0


def test_a_named_delimiter_wins(importing, write):
    content = "id:subject:opened\n1:a;b:2026-01-01\n"
    assert importing("feedback", write(content), *ITEMS, "--delimiter", ":").code == 0
    assert FeedbackItem.objects.get().subject == "a;b"


def test_another_organization_sees_nothing_of_it(importing, write, cast):
    content = write("id,subject,opened\n1,a,2026-01-01\n")
    importing("feedback", content, *ITEMS)
    importing("feedback", content, *ITEMS, organization="rival")
    assert FeedbackItem.objects.filter(organization=cast.organization).count() == 1
    assert FeedbackItem.objects.filter(organization=cast.other).count() == 1
