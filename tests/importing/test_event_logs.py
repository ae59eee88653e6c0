"""An event log becomes tasks with their history, in whatever order its rows stand."""

import random

import pytest

from tasks.models import Task, Transition
from tests.importing.conftest import Import

MAPPING = """
source: log
time_zone: UTC
events: {case: case, at: at, status: activity}
columns: {title: case}
values:
  status: {opened: todo, taken: in_progress, waits: waiting, solved: done, closed: done}
"""
EVENTS = [
    ["A", "opened", "2026-01-01T08:00:00"],
    ["A", "taken", "2026-01-01T09:00:00"],
    ["A", "solved", "2026-01-02T08:00:00"],
    ["A", "closed", "2026-01-05T08:00:00"],
    ["B", "opened", "2026-01-03T08:00:00"],
    ["B", "waits", "2026-01-03T10:00:00.5"],
    ["C", "taken", "2026-01-03T08:00:00"],
    ["C", "taken", "2026-01-03T08:00:00"],
]


def load(importing: Import, write, events: list[list[str]]):
    path = write([["case", "activity", "at"], *events])
    return importing("tasks", path, "--mapping", write(MAPPING, "events.yaml"))


def history(case: str) -> list[tuple[str, str]]:
    steps = Transition.objects.filter(task__external_id=case)
    return [(step.at.isoformat(), step.external_status) for step in steps]


def test_each_event_is_one_step_of_its_case(importing, write):
    said = load(importing, write, EVENTS)
    assert (said.rows(), said.items()) == ((8, 8, 0), (3, 0, 0))
    assert Transition.objects.count() == 8
    a, b, c = Task.objects.order_by("external_id")
    assert (a.status, b.status, c.status) == ("done", "waiting", "in_progress")
    assert a.opened_at.isoformat() == "2026-01-01T08:00:00+00:00"
    assert a.closed_at.isoformat() == "2026-01-02T08:00:00+00:00"
    assert history("B") == [
        ("2026-01-03T08:00:00+00:00", "opened"),
        ("2026-01-03T10:00:00.500000+00:00", "waits"),
    ]


def test_the_order_of_the_rows_does_not_matter(importing, write):
    load(importing, write, EVENTS)
    shuffled = list(EVENTS)
    random.Random(7).shuffle(shuffled)
    assert shuffled != EVENTS
    assert load(importing, write, shuffled).items() == (0, 0, 3)


def test_a_case_with_a_wrong_event_is_held_back_whole(importing, write):
    events = [*EVENTS, ["A", "reopened?", "2026-01-06T08:00:00"]]
    said = load(importing, write, events)
    assert (said.code, said.rows()) == (1, (9, 4, 5))
    assert "line 10 of the same case" in said.err
    assert set(Task.objects.values_list("external_id", flat=True)) == {"B", "C"}


def test_once_the_event_is_mended_the_case_is_stored(importing, write):
    load(importing, write, [*EVENTS, ["A", "reopened?", "2026-01-06T08:00:00"]])
    said = load(importing, write, EVENTS)
    assert said.items() == (1, 0, 2)


@pytest.mark.parametrize(
    "wrong", [["", "opened", "2026-01-01T08:00:00"], ["D", "opened"], ["D", "", "2026-01-01"]]
)
def test_an_event_of_no_known_case_is_reported_alone(importing, write, wrong):
    said = load(importing, write, [*EVENTS, wrong])
    assert said.rows() == (9, 8, 1)


def test_a_case_that_never_ends_is_reported_not_kept_in_memory(importing, write, monkeypatch):
    monkeypatch.setattr("common.importing.events.EVENT_LIMIT", 3)
    said = load(importing, write, EVENTS)
    assert said.rows() == (8, 4, 4)
    assert "more than 3 events" in said.err
