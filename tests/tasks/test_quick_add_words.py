"""What a line of quick add says: a table of phrases in both languages, and its marks."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tasks.choices import Priority
from tasks.quick_add import Draft, read

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday
TABLE = Path(__file__).with_name("phrases.txt").read_text("utf-8").splitlines()
PHRASES = [[part.strip() for part in line.split("|")] for line in TABLE if not line.startswith("#")]


@pytest.mark.parametrize(("line", "due_on", "due_time", "title"), PHRASES)
def test_a_phrase_is_understood(line: str, due_on: str, due_time: str, title: str) -> None:
    draft = read(line, NOW)
    assert (str(draft.due_on or ""), f"{draft.due_time:%H:%M}" if draft.due_time else "") == (
        due_on,
        due_time,
    )
    assert draft.title == title


def test_the_table_is_as_large_as_promised() -> None:
    """At least 120 phrases, a good part of them in each language."""
    chinese = [line for line, *_rest in PHRASES if any(letter > "\u2e80" for letter in line)]
    assert len(PHRASES) >= 120
    assert min(len(chinese), len(PHRASES) - len(chinese)) >= 50


def test_marks_name_project_person_and_priority() -> None:
    assert read("明天下午3点 给王女士回电 #项目 @zs !!", NOW) == Draft(
        title="给王女士回电",
        due_on=date(2026, 3, 5),
        due_time=time(15),
        project="项目",
        person="zs",
        priority=Priority.URGENT,
    )
    assert read("Call Mrs Wang fri 3pm #OPS @ben !", NOW).priority == Priority.HIGH
    assert read("回电#客服@张三", NOW) == Draft(title="回电", project="客服", person="张三")


def test_what_is_no_mark_stays_in_the_title() -> None:
    line = 'Answer ana@example.test about #12, "#later @home tomorrow !!"'
    assert read(line, NOW) == Draft(title=line)


def test_a_time_that_has_passed_is_tomorrows() -> None:
    assert read("Ring back 9am", NOW).due_on == date(2026, 3, 5)
    assert read("Ring back 11am", NOW).due_on == date(2026, 3, 4)
