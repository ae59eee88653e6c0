"""A task in one line: `明天下午3点 给王女士回电 #项目 @zs !!`, `Call Mrs Wang fri 3pm`. Nothing is looked up here."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from tasks.choices import Priority
from tasks.natural_dates import find

_MARK: Final = re.compile(r"(?<![A-Za-z0-9_.])([#＃@＠])([^\s#＃@＠!！]{1,60})")
_PRIORITY: Final = re.compile(r"(?<!\S)([!！]{1,3})(?!\S)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」")
_EDGES: Final = " \t,，、;；-–"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the line says. `project` and `person` are the words after their marks, empty where there is none."""

    title: str
    due_on: date | None = None
    due_time: time | None = None
    project: str = ""
    person: str = ""
    priority: int = Priority.NORMAL


def read(line: str, now: datetime) -> Draft:
    """The draft of a task; `now` is the local time. What stands in quotes is title and nothing else.

    The first `#word` names the project, the first `@word` the assignee; `!` is high, `!!` urgent. `#12` stays: a number
    of a task.
    """
    hidden = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), line)
    words: dict[str, str] = {}
    taken: list[tuple[int, int]] = []
    for mark in _MARK.finditer(hidden):
        kind, word = "person" if mark[1] in "@＠" else "project", mark[2].rstrip(",，.。;；")
        if word and kind not in words and not (kind == "project" and word.isdecimal()):
            words[kind] = word
            taken.append((mark.start(), mark.start(2) + len(word)))
    urgency = _PRIORITY.search(hidden)
    if urgency:
        taken.append(urgency.span(1))
    found = find(_without(hidden, taken, fill="\0"), now)
    return Draft(
        title=_tidy(_without(line, [*taken, *found.places])),
        due_on=found.on,
        due_time=found.at,
        project=words.get("project", ""),
        person=words.get("person", ""),
        priority=_priority(urgency[1] if urgency else ""),
    )


def _priority(marks: str) -> int:
    return {0: Priority.NORMAL, 1: Priority.HIGH}.get(len(marks), Priority.URGENT)


def _without(line: str, places: list[tuple[int, int]], fill: str = " ") -> str:
    """The line with nothing but `fill` at those places."""
    for start, end in places:
        line = line[:start] + fill * (end - start) + line[end:]
    return line


def _tidy(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(_EDGES)
