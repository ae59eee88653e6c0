"""Whether the database and the mail box agree with what clients were told."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from typing import Any

from django.db import connection

from kpis.models import DirtyRange
from tests.harness.facts import wrong_cells
from tests.harness.history import History, Kind, Operation, Outcome

# On a busy machine: from the moment the mail server took a letter until its sender had written that down; and from the
# moment a sender, or the database it writes to, was killed until the mail server took what was on its way.
IN_FLIGHT_SECONDS = 1.0
SUBJECT = re.compile(r"\bop:[0-9]+\b")
STORED = {
    Kind.PUSH: "SELECT regexp_replace(source_key, ':[0-9]+$', ''), count(*)::float / %(facts)s"
    " FROM kpis_measurement WHERE source_key LIKE %(run)s GROUP BY 1",
    # Counted by the events, so that a task without its event is lost and one with two is doubled.
    Kind.TASK: "SELECT t.description, count(e.id) FROM tasks_task AS t LEFT JOIN activity_event AS e"
    " ON e.subject_type = 'tasks.task' AND e.subject_id = t.id AND e.verb = 'task.created'"
    " WHERE t.description LIKE %(run)s GROUP BY 1",
    Kind.FEEDBACK: "SELECT subject, count(*) FROM feedback_feedbackitem WHERE subject LIKE %(run)s GROUP BY 1",
    Kind.REPLY: "SELECT body, count(*) FROM feedback_reply WHERE body LIKE %(run)s GROUP BY 1",
}


@dataclass
class Verdict:
    """Everything that must not be; all lists are empty after a good run."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    wrong_cells: int = 0
    late_ranges: int = 0
    letters_expected: int = 0
    letters_missing: list[str] = field(default_factory=list)
    letters_repeated: int = 0
    # Copies of a letter whose first nobody had disturbed.
    letters_repeated_in_calm: list[str] = field(default_factory=list)
    letters_unmarked: list[str] = field(default_factory=list)
    letters_phantom: list[str] = field(default_factory=list)
    hooks_expected: int = 0
    hooks_missing: list[str] = field(default_factory=list)
    hooks_repeated: int = 0

    def violations(self, kills: int) -> list[str]:
        """What broke a promise, in words; a letter may be repeated once for each kill."""
        found = {
            "acknowledged writes lost": self.lost,
            "acknowledged writes doubled": self.doubled,
            "refused writes that happened": self.phantom,
            "answers older than an acknowledged write": self.stale,
            "letters missing": self.letters_missing,
            "letters repeated under another Message-ID": self.letters_unmarked,
            "letters repeated though nothing had come between": self.letters_repeated_in_calm,
            "letters about nothing": self.letters_phantom,
            "webhook messages missing": self.hooks_missing,
        }
        said = [f"{len(each)} {what}: {each[:5]}" for what, each in found.items() if each]
        if self.wrong_cells:
            said.append(f"{self.wrong_cells} wrong cells")
        if self.late_ranges:
            said.append(f"{self.late_ranges} ranges still dirty")
        for what, repeated in (("letters", self.letters_repeated), ("webhooks", self.hooks_repeated)):
            if repeated > kills:
                said.append(f"{repeated} {what} repeated after {kills} kills")
        return said


def judge(history: History, letters: Iterable[Message], *, run: str = "op", facts: int = 3) -> Verdict:
    """Call it when nothing writes any more and the workers have had their time."""
    verdict = Verdict()
    for kind, query in STORED.items():
        _judge_writes(verdict, history.of(kind), _counted(query, {"run": f"{run}:%", "facts": facts}))
    _judge_changes(verdict, history)
    verdict.wrong_cells = wrong_cells()
    verdict.late_ranges = DirtyRange.objects.count()
    told = [each for each in history.of(Kind.TASK, Kind.GOAL) if each.parent == "told"]
    judge_letters(verdict, letters, told)
    return verdict


def _judge_writes(verdict: Verdict, operations: Iterable[Operation], stored: Mapping[str, float]) -> None:
    for operation in operations:
        times = stored.get(operation.subject, 0)
        if times > 1:
            verdict.doubled.append(operation.subject)
        elif operation.outcome == Outcome.OK and times < 1:
            verdict.lost.append(operation.subject)
        elif operation.outcome in {Outcome.FAIL, Outcome.REFUSED} and times and operation.attempts == 1:
            verdict.phantom.append(operation.subject)
        elif times not in {0, 1}:
            verdict.lost.append(f"{operation.subject}: in part")


def _judge_changes(verdict: Verdict, history: History) -> None:
    """The last acknowledged change stands, unless an unanswered one came after it; versions count the changes."""
    by_task: dict[str, list[Operation]] = {}
    for operation in history.of(Kind.CHANGE):
        by_task.setdefault(operation.parent, []).append(operation)
    rows = _rows("SELECT id::text, title, version FROM tasks_task WHERE id::text = ANY(%s)", [list(by_task)])
    present = {number: (title, version) for number, title, version in rows}
    for number, operations in by_task.items():
        title, version = present.get(number, ("", 0))
        done = [each for each in operations if each.outcome == Outcome.OK]
        open_ended = [each for each in operations if each.outcome == Outcome.UNKNOWN]
        last = done[-1].number if done else 0
        allowed = {each.subject for each in [*done[-1:], *(one for one in open_ended if one.number > last)]}
        if operations and allowed and title not in allowed and done:
            verdict.lost.append(f"task {number} is called {title}, not {sorted(allowed)}")
        changes = version - 1
        if changes < len(done):
            verdict.lost.append(f"task {number} has {changes} of {len(done)} changes")
        elif changes > len(done) + len(open_ended):
            verdict.doubled.append(f"task {number} has {changes} changes of {len(operations)}")


def judge_letters(verdict: Verdict, letters: Iterable[Message], told: Iterable[Operation]) -> None:
    """Each assignment is told exactly once; a copy carries the Message-ID of the first."""
    ids: dict[str, Counter[str]] = {}
    copies_of: Counter[str] = Counter()
    for letter in letters:
        copies_of[str(letter["Message-ID"])] += 1
        for subject in subjects_of(letter):
            ids.setdefault(subject, Counter())[str(letter["Message-ID"])] += 1
    for operation in told:
        copies = ids.get(operation.subject, Counter())
        if operation.outcome == Outcome.OK:
            verdict.letters_expected += 1
            if not copies:
                verdict.letters_missing.append(operation.subject)
        elif operation.outcome == Outcome.FAIL and copies:
            verdict.letters_phantom.append(operation.subject)
        if len(copies) > 1:
            verdict.letters_unmarked.append(operation.subject)
            verdict.letters_repeated += len(copies) - 1
    verdict.letters_repeated += sum(copies - 1 for copies in copies_of.values())


def judge_repeats(
    verdict: Verdict,
    letters: Sequence[Message],
    taken_at: Sequence[float],
    disturbances: Sequence[tuple[float, float]],
) -> None:
    """Whoever sent a letter again had been cut off while it was sent before."""
    moments: dict[str, list[float]] = {}
    for letter, moment in zip(letters, taken_at, strict=True):
        moments.setdefault(str(letter["Message-ID"]), []).append(moment)
    for message_id, copies in moments.items():
        for moment in copies[:-1]:
            away = min((_seconds_from(moment, each) for each in disturbances), default=math.inf)
            if away > IN_FLIGHT_SECONDS:
                verdict.letters_repeated_in_calm.append(f"{message_id}, {away:.1f} s from the nearest fault")


def _seconds_from(moment: float, disturbance: tuple[float, float]) -> float:
    since, until = disturbance
    return max(since - moment, moment - until, 0.0)


def judge_hooks(verdict: Verdict, heard: Mapping[str, int], verb: str) -> None:
    """Each event of the verb was told; a repeated message carries the id of the first."""
    events = [f"evt_{pk}" for (pk,) in _rows("SELECT id FROM activity_event WHERE verb = %s", [verb])]
    verdict.hooks_expected = len(events)
    verdict.hooks_missing = [each for each in events if not heard.get(each)]
    verdict.hooks_repeated = sum(max(times - 1, 0) for times in heard.values())


def subjects_of(letter: Message) -> set[str]:
    """The operations that a letter tells about; what has waited for long comes together in one."""
    body = letter.get_body(("plain",)) if isinstance(letter, EmailMessage) else None
    text = str(body.get_content()) if body is not None else ""
    return set(SUBJECT.findall(f"{letter['Subject']} {text}"))


def _counted(query: str, values: dict[str, Any]) -> dict[str, float]:
    return {str(subject): float(times) for subject, times in _rows(query, values)}


def _rows(query: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
