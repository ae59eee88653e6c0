"""The report of a run: counts, and each number that must be reached beside its bound."""

from dataclasses import dataclass
from typing import Any

from tests.harness.crowd import Load
from tests.harness.faults import Record
from tests.harness.history import History, Kind, Outcome
from tests.harness.judge import Verdict
from tests.harness.loads import Waits

OPERATIONS, KILLS = 5_000, 20
SETTLED_SECONDS, FIRST_ANSWER_SECONDS = 120.0, 5.0
INGEST_SHARE, GOODPUT_SHARE, SLOW_FACTOR = 0.99, 0.8, 2.0
# Below this a p95 is noise of the machine's scheduler, not of the server.
NOISE_SECONDS = 0.01
NEVER_SECONDS = 9_999.0


@dataclass(frozen=True)
class Loads:
    """What too many clients and slow clients did to the others."""

    peak: Load
    overload: Load
    waits: Waits

    @property
    def goodput_share(self) -> float:
        """What is left of the peak under five times the load."""
        return self.overload.goodput / self.peak.goodput if self.peak.good else 0.0

    @property
    def slow_factor(self) -> float:
        """How much longer a normal request takes beside slow clients."""
        return self.waits.beside_slow_p95 / max(self.waits.quiet_p95, NOISE_SECONDS)


@dataclass(frozen=True)
class Measured:
    """Everything the report is made of."""

    history: History
    record: Record
    verdict: Verdict
    settled_seconds: float
    loads: Loads
    differences_after_restore: int


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
        "ended_by_themselves": dict(record.revived),
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
            "quiet": round(1000 * found.waits.quiet_p95, 1),
            "beside_50_slow_clients": round(1000 * found.waits.beside_slow_p95, 1),
        },
        "must_reach": must_reach(measured, kills),
    }


def must_reach(measured: Measured, kills: int) -> list[dict[str, Any]]:
    """Each promise with its value and its bound."""
    verdict, found = measured.verdict, measured.loads
    ingest = ingest_success(measured.history, measured.record)
    first = first_answer_seconds(measured.history, measured.record)
    return [
        at_least("operations recorded", len(measured.history.operations), OPERATIONS),
        at_least("kills", kills, KILLS),
        at_most("programs that ended by themselves", sum(measured.record.revived.values()), 0),
        at_most("violations", len(verdict.violations(kills)), 0),
        at_most("acknowledged writes lost", len(verdict.lost), 0),
        at_most("acknowledged writes doubled", len(verdict.doubled), 0),
        at_most("reminders missing", len(verdict.letters_missing), 0),
        at_most("reminders repeated", verdict.letters_repeated, kills),
        at_most("reminders repeated without a kill", len(verdict.letters_repeated_in_calm), 0),
        at_most("reminders repeated under another Message-ID", len(verdict.letters_unmarked), 0),
        at_most("webhook messages missing", len(verdict.hooks_missing), 0),
        at_most("seconds from the last kill to right roll-ups", measured.settled_seconds, SETTLED_SECONDS),
        at_most("seconds to the first good answer of PostgreSQL", first, FIRST_ANSWER_SECONDS),
        at_least("share of ingest that succeeds while Redis is away", ingest, INGEST_SHARE),
        at_least("share of the peak goodput at 5 times the load", found.goodput_share, GOODPUT_SHARE),
        at_most("impolite refusals at 5 times the load", found.overload.impolite, 0),
        at_most("factor on the p95 beside 50 slow clients", found.slow_factor, SLOW_FACTOR),
        at_most("differences after a restore", measured.differences_after_restore, 0),
    ]


def table(found: dict[str, Any]) -> str:
    """The promises of a report, a line each, and what was violated."""
    lines = [
        f"{'ok  ' if each['holds'] else 'FAIL'} {each['value']:>10g} {each['bound']:<8} {each['name']}"
        for each in found["must_reach"]
    ]
    kills = ", ".join(f"{number} {what}" for what, number in found["kills"].items() if what != "total")
    operations = found["operations"]
    head = f"{operations['total']} operations in {operations['requests']} requests, killed: {kills}"
    return "\n".join([f"{head}; {found['seconds']} s", *lines, *found["violations"]])


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


def first_answer_seconds(history: History, record: Record) -> float:
    """The longest time from PostgreSQL's return to the next good answer."""
    waits = [history.first_ok_after(moment) for moment in record.postgres_returned_at]
    return max((NEVER_SECONDS if wait is None else wait for wait in waits), default=NEVER_SECONDS)


def _statuses(history: History) -> dict[str, int]:
    found: dict[str, int] = {}
    for operation in history.operations:
        for status in operation.statuses:
            found[str(status)] = found.get(str(status), 0) + 1
    return dict(sorted(found.items()))
