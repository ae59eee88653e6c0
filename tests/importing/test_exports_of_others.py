"""Dialects that other programs write: Redmine's own import fixtures and a file of an old Macintosh."""

import pytest

from feedback.models import FeedbackItem
from kpis.models import Measurement
from tasks.models import Task
from tests.conftest import shared_data
from tests.importing.conftest import rows_of

REDMINE = "d_exports/redmine/"


def test_a_file_with_returns_as_line_ends_is_read_whole(importing):
    path = shared_data("c_prophet_air_passengers.csv")
    mapping = ("--map", "occurred_at=ds", "--map", "value=y", "--map", "metric=ds")
    assert importing("measurements", path, *mapping).rows() == (144, 0, 144)


def test_a_constant_metric_takes_every_row(importing, write):
    path = shared_data("c_prophet_air_passengers.csv")
    mapping = write(
        "columns: {occurred_at: ds, value: y}\nconstants: {metric: passengers}\n"
        "metrics: [{key: passengers, unit: count, name_zh: 旅客}]",
        "m.yaml",
    )
    said = importing("measurements", path, "--mapping", mapping)
    assert said.rows() == (144, 144, 0)
    written = [int(row["y"]) for row in rows_of(path)]
    assert sum(row.value for row in Measurement.objects.filter(metric__key="passengers")) == sum(written)


@pytest.mark.parametrize(
    "name", ["import_issues.csv", "import_issues_utf8_with_bom.csv", "import_issues_single_quotation.csv"]
)
def test_redmine_issues_become_tasks(importing, write, name):
    mapping = write(
        "columns: {external_id: subject, title: subject, description: description, opened_at: start_date,"
        " due_on: due_date, priority: priority}\nconstants: {opened_at: '2015-07-01'}",
        "m.yaml",
    )
    said = importing("tasks", shared_data(REDMINE + name), "--mapping", mapping)
    assert said.rows() == (3, 3, 0)
    first = Task.objects.get(external_id="First")
    assert (first.priority, str(first.due_on)) == (2, "2015-08-25")


def test_dates_that_are_none_are_reported(importing):
    path = shared_data(REDMINE + "import_dates.csv")
    mapping = (
        "--map",
        "external_id=subject",
        "--map",
        "title=subject",
        "--map",
        "opened_at=start",
        "--map",
        "due_on=due",
    )
    said = importing("tasks", path, *mapping, "--date-format", "%d/%m/%Y")
    assert said.rows() == (3, 1, 2)
    assert "04/15/2015" in said.err


def test_an_extra_empty_cell_is_no_harm(importing):
    path = shared_data(REDMINE + "import_dates_ja.csv")
    mapping = ("--map", "external_id=subject", "--map", "title=subject", "--map", "opened_at=start")
    assert importing("tasks", path, *mapping, "--date-format", "%Y/%m/%d").rows() == (1, 1, 0)


def test_latin_1_is_read_by_name_only(importing, write):
    path = shared_data(REDMINE + "import_iso8859-1.csv")
    mapping = write(
        "columns: {external_id: column A, subject: column A}\nconstants: {opened_at: '2026-01-01'}", "m.yaml"
    )
    assert importing("feedback", path, "--mapping", mapping).code == 2
    said = importing("feedback", path, "--mapping", mapping, "--encoding", "iso-8859-1")
    assert said.rows() == (2, 2, 0)
    assert FeedbackItem.objects.filter(subject="Contenu en français").exists()


def test_an_unclosed_quote_is_reported(importing, write):
    mapping = write(
        "columns: {external_id: subject, title: subject}\nconstants: {opened_at: '2026-01-01'}", "m.yaml"
    )
    said = importing("tasks", shared_data(REDMINE + "unclosed_quoted_field.csv"), "--mapping", mapping)
    assert (said.code, said.rows()) == (1, (1, 0, 1))
    assert "Line 2: A quote opens on this line and is never closed." in said.err


def test_a_line_end_in_a_quoted_header_belongs_to_the_name(importing, write):
    path = shared_data(REDMINE + "import_crlf_with_newline_in_quoted_header.csv")
    mapping = write(
        'columns: {external_id: plain_header, title: "quoted_header\\ncontains_LF"}\n'
        "constants: {opened_at: '2026-01-01'}",
        "m.yaml",
    )
    assert importing("tasks", path, "--mapping", mapping).rows() == (1, 1, 0)
    assert Task.objects.get().title == "bar"
