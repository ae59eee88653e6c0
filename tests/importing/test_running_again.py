"""The same file twice is the same rows; a changed file changes what it changes; a dry run changes nothing."""

from django.db import connection

from activity.models import Event
from feedback.models import FeedbackItem
from kpis.models import Metric
from tasks.models import Task
from tests.importing.conftest import ITEMS, POINTS, TASKS

TABLES = (
    "feedback_feedbackitem",
    "tasks_task",
    "tasks_transition",
    "kpis_measurement",
    "kpis_metric",
    "activity_event",
)


def sizes() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def test_the_same_file_again_changes_nothing(importing, write):
    items = write("id,subject,opened\n1,a,2026-01-01\n2,b,2026-01-01\n", "items.csv")
    tasks = write("id,title,opened\n1,a,2026-01-01\n", "tasks.csv")
    points = write("at,metric,value\n2026-01-01,m,1\n2026-01-02,m,0.1234567\n", "points.csv")
    commands = [("feedback", items, *ITEMS), ("tasks", tasks, *TASKS), ("measurements", points, *POINTS)]
    assert [importing(*command).items() for command in commands] == [(2, 0, 0), (1, 0, 0), (2, 0, 0)]
    before = sizes()
    assert [importing(*command).items() for command in commands] == [(0, 0, 2), (0, 0, 1), (0, 0, 2)]
    assert sizes() == before


def test_a_changed_row_is_changed_and_told_apart(importing, write):
    importing("feedback", write("id,subject,opened\n1,a,2026-01-01\n2,b,2026-01-01\n"), *ITEMS)
    said = importing(
        "feedback", write("id,subject,opened\n1,a,2026-01-01\n2,B!,2026-01-01\n3,c,2026-01-01\n"), *ITEMS
    )
    assert said.items() == (1, 1, 1)
    assert FeedbackItem.objects.get(external_id="2").subject == "B!"


def test_two_sources_keep_their_ids_apart(importing, write):
    path = write("id,title,opened\n1,a,2026-01-01\n")
    importing("tasks", path, *TASKS, "--source", "one")
    importing("tasks", path, *TASKS, "--source", "two")
    assert Task.objects.count() == 2


def test_a_dry_run_writes_nothing_and_says_the_same(importing, write, tmp_path):
    commands = [
        ("feedback", write("id,subject,opened\n1,a,2026-01-01\n2,b,never\n", "items.csv"), *ITEMS),
        ("tasks", write("id,title,opened\n1,a,2026-01-01\n2,,2026-01-01\n", "tasks.csv"), *TASKS),
        ("measurements", write("at,metric,value\n2026-01-01,m,1\n2026-01-02,m,x\n", "points.csv"), *POINTS),
    ]
    before = sizes()
    dry = [
        importing(*command, "--dry-run", "--report", tmp_path / f"{command[0]}-dry.csv")
        for command in commands
    ]
    assert sizes() == before
    assert not Metric.objects.filter(key="m").exists()
    assert all("dry run" in said.out for said in dry)
    real = [importing(*command, "--report", tmp_path / f"{command[0]}-real.csv") for command in commands]
    assert [(said.code, said.rows(), said.items()) for said in dry] == [
        (said.code, said.rows(), said.items()) for said in real
    ]
    for kind, *_rest in commands:
        assert (tmp_path / f"{kind}-dry.csv").read_bytes() == (tmp_path / f"{kind}-real.csv").read_bytes()


def test_every_batch_is_one_event(importing, write):
    rows = [["id", "title", "opened"], *([n, "t", "2026-01-01"] for n in range(25))]
    importing("tasks", write(rows), *TASKS, "--batch", "10")
    assert Event.objects.filter(verb="tasks.imported").count() == 3
