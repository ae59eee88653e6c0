"""The report of a run: counts, and each number that must be reached beside its bound."""

from dataclasses import dataclass
from typing import Any

from tests.harness.faults import Record
from tests.harness.history import History, Kind, Outcome
from tests.harness.judge import Verdict
from tests.harness.loads import Load

OPERATIONS, KILLS = 5_000, 20
SETTLED_SECONDS, FIRST_ANSWER_SECONDS = 120.0, 5.0
INGEST_SHARE, GOODPUT_SHARE, SLOW_FACTOR = 0.99, 0.8, 2.0
# Below this a p95 is noise of the machine's scheduler, not of the server.
NOISE_SECONDS = 0.03
NEVER_SECONDS = 9_999.0


@dataclass(frozen=True)
class Loads:
    """What too many clients and slow clients did to the others."""

    peak: Load
    overload: Load
    quiet_p95_seconds: float
    beside_slow_p95_seconds: float


@dataclass(frozen=True)
class Measured:
    """Everything the report is made of."""

    history: History
    record: Record
    verdict: Verdict
    settled_seconds: float
    loads: Loads


def report(measured: Measured, *, seconds: float) -> dict[str, Any]:
    """What build/chaos.json holds."""
    verdict, record, found = measured.verdict, measured.record, measured.loads
    kills = sum(record.kills.values())
    return {
        "seconds": round(seconds, 1),
        "operations": measured.history.counts(),
        "statuses": _statuses(measured.history),
        "kills": {"total": kills, **dict(sorted(record.kills.items()))},
        "faults": dict(sorted(record.faults.items())),
        "skipped": record.skipped,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "wrong": verdict.wrong_cells + len(verdict.stale) + len(verdict.phantom),
        "late": verdict.late_ranges + len(verdict.letters_missing) + len(verdict.hooks_missing),
        "letters": {
            "expected": verdict.letters_expected,
            "missing": len(verdict.letters_missing),
            "repeated": verdict.letters_repeated,
            "repeated_under_another_id": len(verdict.letters_unmarked),
        },
        "webhooks": {
            "expected": verdict.hooks_expected,
            "missing": len(verdict.hooks_missing),
            "repeated": verdict.hooks_repeated,
        },
        "violations": verdict.violations(kills),
        "overload": {
            "peak_per_second": round(found.peak.goodput, 1),
            "good_per_second": round(found.overload.goodput, 1),
            "refused_politely": found.overload.polite,
            "refused_impolitely": found.overload.impolite,
        },
        "p95_ms": {
            "quiet": round(1000 * found.quiet_p95_seconds, 1),
            "beside_50_slow_clients": round(1000 * found.beside_slow_p95_seconds, 1),
        },
        "must_reach": must_reach(measured, kills),
    }


def must_reach(measured: Measured, kills: int) -> list[dict[str, Any]]:
    """Each promise with its value and its bound."""
    verdict, found = measured.verdict, measured.loads
    ingest, first = ingest_success(measured.history, measured.record), first_answer_seconds(measured)
    slow = found.beside_slow_p95_seconds / max(found.quiet_p95_seconds, NOISE_SECONDS)
    return [
        at_least("operations recorded", len(measured.history.operations), OPERATIONS),
        at_least("kills", kills, KILLS),
        at_most("violations", len(verdict.violations(kills)), 0),
        at_most("acknowledged writes lost", len(verdict.lost), 0),
        at_most("acknowledged writes doubled", len(verdict.doubled), 0),
        at_most("reminders missing", len(verdict.letters_missing), 0),
        at_most("reminders repeated", verdict.letters_repeated, kills),
        at_most("reminders repeated under another Message-ID", len(verdict.letters_unmarked), 0),
        at_most("webhook messages missing", len(verdict.hooks_missing), 0),
        at_most("seconds from the last kill to right roll-ups", measured.settled_seconds, SETTLED_SECONDS),
        at_most("seconds to the first good answer of PostgreSQL", first, FIRST_ANSWER_SECONDS),
        at_least("share of ingest that succeeds while Redis is away", ingest, INGEST_SHARE),
        at_least(
            "share of the peak goodput at 5 times the load",
            found.overload.goodput / found.peak.goodput,
            GOODPUT_SHARE,
        ),
        at_most("impolite refusals at 5 times the load", found.overload.impolite, 0),
        at_most("factor on the p95 beside 50 slow clients", slow, SLOW_FACTOR),
    ]


def at_least(name: str, value: float, bound: float) -> dict[str, Any]:
    """A number that must not be lower."""
    return {"name": name, "value": round(value, 3), "bound": f">= {bound:g}", "holds": value >= bound}


def at_most(name: str, value: float, bound: float) -> dict[str, Any]:
    """A number that must not be higher."""
    return {"name": name, "value": round(value, 3), "bound": f"<= {bound:g}", "holds": value <= bound}


def ingest_success(history: History, record: Record) -> float:
    """Of the pushes begun while Redis was away, the share whose first request succeeded."""
    pushes = [
        each
        for each in history.of(Kind.PUSH)
        if any(since <= each.invoked_at <= until for since, until in record.redis_windows)
    ]
    return sum(each.first_outcome == Outcome.OK for each in pushes) / len(pushes) if pushes else 0.0


def first_answer_seconds(measured: Measured) -> float:
    """The longest time from PostgreSQL's return to the next good answer."""
    waits = [measured.history.first_ok_after(moment) for moment in measured.record.postgres_returned_at]
    return max((NEVER_SECONDS if wait is None else wait for wait in waits), default=NEVER_SECONDS)


def _statuses(history: History) -> dict[str, int]:
    found: dict[str, int] = {}
    for operation in history.operations:
        for status in operation.statuses:
            found[str(status)] = found.get(str(status), 0) + 1
    return dict(sorted(found.items()))
