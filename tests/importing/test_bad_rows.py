"""Every row that cannot be stored is reported with line, column and reason; the others are stored."""

import csv

import pytest
from django.db import IntegrityError

from feedback.models import FeedbackItem
from home.management.commands import import_csv
from kpis.models import Measurement
from tasks.importers import TaskImporter
from tasks.models import Task
from tests.importing.conftest import ITEMS, POINTS, TASKS


def reported(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def stored() -> set[str]:
    return set(FeedbackItem.objects.values_list("external_id", flat=True))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(importing, write, end):
    content = end.join(["id,subject,opened", '1,"two', 'lines",2026-01-01 10:00', "2,b,2026-01-02 10:00", ""])
    said = importing("feedback", write(content), *ITEMS)
    assert said.rows() == (2, 2, 0)
    assert FeedbackItem.objects.get(external_id="1").subject == f"two{end}lines"


def test_an_unclosed_quote_is_reported_on_its_line_and_the_rows_after_it_are_stored(
    importing, write, tmp_path
):
    content = (
        'id,subject,opened\n1,a,2026-01-01\n2,"never closed,2026-01-02\n3,c,2026-01-03\n4,d,2026-01-04\n'
    )
    said = importing("feedback", write(content), *ITEMS, "--report", tmp_path / "report.csv")
    assert (said.code, said.rows()) == (1, (4, 3, 1))
    assert stored() == {"1", "3", "4"}
    (line, _column, reason, raw), *others = reported(tmp_path / "report.csv")
    assert (line, others) == ("3", [])
    assert "never closed" in reason
    assert raw == '2,"never closed,2026-01-02'


def test_a_quote_that_swallows_the_next_row_is_found(importing, write):
    content = 'id,subject,opened\n1,"open,2026-01-01\n2,"b",2026-01-02\n3,c,2026-01-03\n'
    said = importing("feedback", write(content), *ITEMS)
    assert said.rows() == (3, 2, 1)
    assert stored() == {"2", "3"}
    assert "Line 2:" in said.err


def test_an_unclosed_quote_in_the_header_is_refused(importing, write):
    assert importing("feedback", write('id,"subject,opened\n1,a,2026-01-01\n'), *ITEMS).code == 2


@pytest.mark.parametrize(
    ("row", "blamed"),
    [
        ("9,short", ("", "2 cells")),
        ("9,a,2026-01-01,extra", ("", "4 cells")),
        ("9,nul\x00byte,2026-01-01", ("subject", "NUL")),
        (",no key,2026-01-01", ("id", "empty")),
        ("9,,2026-01-01", ("subject", "empty")),
        ("9,a,", ("opened", "empty")),
        ("9,a,01/02/2026", ("opened", "not a date")),
        ("9,a,2026-02-30", ("opened", "not a date")),
        ("9,a,0026-01-01", ("opened", "not plausible")),
        ("9,a,2199-01-01", ("opened", "future")),
        (f"9,{'x' * 301},2026-01-01", ("subject", "300")),
        (f"{'k' * 201},a,2026-01-01", ("id", "200")),
        (f"9,{'x' * (1 << 21)},2026-01-01", ("", "mebibyte")),
        ("1,again,2026-01-01", ("id", "line 2")),
    ],
)
def test_a_bad_row_is_reported_and_its_neighbours_are_stored(importing, write, tmp_path, row, blamed):
    content = f"id,subject,opened\n1,a,2026-01-01\n{row}\n2,b,2026-01-01\n"
    said = importing("feedback", write(content), *ITEMS, "--report", tmp_path / "report.csv")
    assert (said.code, said.rows()) == (1, (3, 2, 1))
    assert stored() == {"1", "2"}
    (problem,) = reported(tmp_path / "report.csv")
    assert problem[:2] == ["3", blamed[0]]
    assert blamed[1] in problem[2]


def test_an_endless_line_is_reported_within_bounds(importing, write):
    content = "id,subject,opened\n1,a,2026-01-01\n" + "x" * (3 << 23) + "\n2,b,2026-01-01\n"
    said = importing("feedback", write(content), *ITEMS)
    assert said.rows() == (3, 2, 1)
    assert stored() == {"1", "2"}


def test_blank_rows_are_no_rows_and_empty_cells_at_the_end_are_no_harm(importing, write):
    said = importing("feedback", write("id;subject;opened\n\n;;\n1;a;2026-01-01;;\n\n"), *ITEMS)
    assert said.rows() == (1, 1, 0)


@pytest.mark.parametrize(
    ("value", "reason"),
    [("1,5", "not a number"), ("NaN", "not a number"), ("1e15", "too large"), ("", "empty")],
)
def test_what_is_not_a_usable_number_is_reported(importing, write, value, reason):
    rows = [["at", "metric", "value"], ["2026-01-01", "m", "1.5"], ["2026-01-02", "m", value]]
    said = importing("measurements", write(rows), *POINTS)
    assert said.rows() == (2, 1, 1)
    assert reason in said.err


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,a,2026-01-02,2026-01-01,done", "before the opening"),
        ("1,a,2026-01-02,,done", "time of its closing"),
        ("1,a,2026-01-02,2026-01-03,todo", "cannot have a time of closing"),
        ("1,a,2026-01-02,,finished", "map it under"),
    ],
)
def test_a_task_whose_times_and_status_disagree_is_reported(importing, write, row, reason):
    content = f"id,title,opened,closed,status\n{row}\n2,b,2026-01-01,2026-01-05,done\n"
    said = importing("tasks", write(content), *TASKS, "--map", "closed_at=closed", "--map", "status=status")
    assert said.rows() == (2, 1, 1)
    assert reason in said.err
    assert Task.objects.get().external_id == "2"


def test_a_local_time_that_the_clocks_skipped_is_reported(importing, write):
    rows = [["at", "metric", "value"], ["2026-03-29T02:30:00", "m", 1], ["2026-03-29T03:30:00", "m", 2]]
    said = importing("measurements", write(rows), *POINTS, "--time-zone", "Europe/Berlin")
    assert said.rows() == (2, 1, 1)
    assert "clocks were put forward" in said.err


def test_formulas_are_stored_as_text_and_cannot_run_from_the_report(importing, write, tmp_path):
    formula = '=HYPERLINK("http://evil.test")'
    rows = [
        ["id", "subject", "opened"],
        ["1", formula, "2026-01-01"],
        ["2", formula, "never"],
        ["3", "-5", "never"],
    ]
    importing("feedback", write(rows), *ITEMS, "--report", tmp_path / "report.csv")
    assert FeedbackItem.objects.get().subject == formula
    cells = [cell for problem in reported(tmp_path / "report.csv") for cell in problem]
    assert f"'{formula}" in cells
    assert "'-5" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_report_never_overwrites_the_file(importing, write):
    path = write("id,subject,opened\n1,a,2026-01-01\n")
    assert importing("feedback", path, *ITEMS, "--report", path).code == 2
    assert path.read_text().startswith("id,subject")


def test_of_two_points_with_one_metric_and_time_the_first_counts_and_the_second_is_reported(importing, write):
    rows = [
        ["at", "metric", "value"],
        ["2026-01-01T08:00:00+08:00", "m", 1],
        ["2026-01-01T00:00:00Z", "m", 7],
    ]
    said = importing("measurements", write(rows), *POINTS)
    assert said.rows() == (2, 1, 1)
    assert "line 2" in said.err
    assert [row.value for row in Measurement.objects.filter(metric__key="m")] == [1]


class OnePickyTask(TaskImporter):
    """Refuses one task of a batch only when it is stored, as a constraint would."""

    def store(self, items):
        if any(item.external_id == "57" for item in items):
            raise IntegrityError("violates check constraint")
        return super().store(items)


def test_the_database_refusing_one_row_of_a_batch_costs_only_that_row(importing, write, monkeypatch):
    monkeypatch.setitem(import_csv.KINDS, "tasks", OnePickyTask)
    rows = [["id", "title", "opened"], *([str(number), "a", "2026-01-01"] for number in range(100))]
    said = importing("tasks", write(rows), *TASKS)
    assert said.rows() == (100, 99, 1)
    assert Task.objects.count() == 99
    assert "Line 59: The database refuses the row" in said.err
