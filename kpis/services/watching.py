"""Signals open where a KPI leaves its limits, and close by themselves where it has come back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from activity.services import record
from common.locks import LockSpace, try_lock
from common.tenancy import acting_for
from kpis.analysis.detection import Detector, Judgement
from kpis.choices import (
    OPEN_SIGNALS,
    Aggregate,
    Direction,
    Grain,
    SignalEnding,
    SignalKind,
    SignalTrend,
    Status,
)
from kpis.models import Kpi, KpiState, Signal
from kpis.selectors import today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.histories import History, histories
from kpis.selectors.progress import Progress, progress_of
from kpis.services.signals import end_signal
from people.models import Organization

BACK_DAYS = 400
# An alarm on one of the latest complete days opens a signal; older ones are history, for instance after an import.
NEW_DAYS = 3
INSIDE_DAYS = 5
FALSE_ALARMS = 3
FORGIVEN = timedelta(days=180)
MICRO = Decimal("0.000001")
# A value of few facts is mostly chance; of sums and counts the number of facts is itself what is watched.
COUNTED = (Aggregate.MEAN, Aggregate.SHARE, Aggregate.RATIO, Aggregate.NPS, Aggregate.P50, Aggregate.P90)
DUE = """
SELECT DISTINCT k.organization_id FROM kpis_kpistate AS s JOIN kpis_kpi AS k ON k.id = s.kpi_id
WHERE k.archived_at IS NULL AND (s.watched_on IS DISTINCT FROM s."on"
    OR s.watched_round <> s.round_version OR s.watched_kpi_version <> s.kpi_version)
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A judged day of a KPI."""

    day: date
    value: Decimal
    judgement: Judgement

    @property
    def is_inside(self) -> bool:
        """Whether the value lies within its limits, or has none yet."""
        seen = self.judgement
        return seen.low is None or seen.high is None or seen.low <= float(self.value) <= seen.high


def watch_due() -> int:
    """Every KPI whose state has moved on since the last look was looked at; returns how many signals were opened."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        organization_ids = [organization_id for (organization_id,) in cursor.fetchall()]
    opened = 0
    for organization_id in organization_ids:
        with acting_for(organization_id):
            opened += watch_kpis(organization_id)
    return opened


@transaction.atomic
def watch_kpis(organization_id: int) -> int:
    """The signals of an organization are those of its complete days up to now. Events: `signal.opened`, `.closed`.

    A day opens a signal of a kind and trend once, whatever became of it. Leaves where another worker is at it.
    """
    if not try_lock(LockSpace.WATCHING, organization_id % 2**31):
        return 0
    organization = Organization.objects.get(pk=organization_id)
    last_on = today(organization) - timedelta(days=1)
    every = defined_kpis(Kpi.objects.filter(organization=organization, archived_at__isnull=True))
    progress = progress_of(organization_id)
    states = {state.kpi_id: state for state in KpiState.objects.filter(kpi__organization=organization)}
    known = _known_signals(organization_id)
    opened = 0
    for history in histories(
        [each for each in every if _has_new_days(each, states.get(each.kpi.pk), progress)],
        Grain.DAY,
        last_on - timedelta(days=BACK_DAYS),
        last_on,
    ):
        opened += _watch_days(history, known[history.kpi.kpi.pk])
    for each in every:
        opened += _watch_target(each, states.get(each.kpi.pk), known[each.kpi.pk])
    _remember(every, states, progress)
    return opened


def _has_new_days(each: DefinedKpi, state: KpiState | None, progress: Progress) -> bool:
    """Whether a complete day has been added or changed since the last look; facts of today change none."""
    if state is None:
        return True
    seen = (state.watched_on, state.watched_kpi_version, state.watched_version)
    return seen != (state.on, state.kpi_version, progress.complete_of(each))


def _known_signals(organization_id: int) -> dict[int, list[Signal]]:
    """The open signals of each KPI and those that its days watched now may have had, newest first, locked."""
    since = timezone.now() - timedelta(days=BACK_DAYS)
    signals = Signal.objects.select_for_update().filter(organization_id=organization_id)
    known: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals.filter(Q(state__in=OPEN_SIGNALS) | Q(closed_at__gt=since)).order_by("-pk"):
        known[signal.kpi_id].append(signal)
    return known


def _remember(every: Sequence[DefinedKpi], states: dict[int, KpiState], progress: Progress) -> None:
    for each in every:
        if (state := states.get(each.kpi.pk)) is not None:
            state.watched_on, state.watched_round = state.on, state.round_version
            state.watched_kpi_version = state.kpi_version
            state.watched_version = progress.complete_of(each)
    names = ["watched_on", "watched_round", "watched_kpi_version", "watched_version"]
    KpiState.objects.bulk_update(states.values(), names)


def watched_days(history: History, since: date | None = None) -> Iterator[Watched]:
    """Each complete day with the detector's judgement, learnt from the days before it; from `since` on only."""
    detector = Detector()
    is_counted = history.kpi.definition.aggregate in COUNTED
    for period, amount in zip(history.periods, history.amounts, strict=True):
        if amount.value is None or (since is not None and period.starts_on < since):
            continue
        at = datetime.combine(period.starts_on, time(0))
        count = amount.n if is_counted else None
        judgement = detector.observe(at, float(amount.value), count=count)
        yield Watched(period.starts_on, amount.value, judgement)


def retired_kinds(known: Sequence[Signal]) -> set[str]:
    """Kinds whose latest three signals of this KPI were all false alarms, for half a year."""
    since = timezone.now() - FORGIVEN
    retired = set()
    for kind in SignalKind.values:
        closed = [each for each in known if each.kind == kind and each.closed_at and each.closed_at > since]
        latest = closed[:FALSE_ALARMS]
        if len(latest) == FALSE_ALARMS and all(each.ending == SignalEnding.FALSE_ALARM for each in latest):
            retired.add(kind)
    return retired


def _watch_days(history: History, known: Sequence[Signal]) -> int:
    baseline = next((each.first_on for each in known if each.ending == SignalEnding.NEW_BASELINE), None)
    days = list(watched_days(history, baseline))
    _close_recovered(days, known)
    opened = 0
    retired = retired_kinds(known)
    for seen in days:
        alarm = seen.judgement
        # Not `is_alarm`: the detector rests after each alarm, and a faint one must not hide a clear one.
        if alarm.kind is None or alarm.kind in retired:
            continue
        if seen.day > history.periods[-1].ends_on - timedelta(days=NEW_DAYS) and not _is_known(seen, known):
            known = [_open(history.kpi.kpi, seen), *known]
            opened += 1
    return opened


def _is_known(seen: Watched, known: Sequence[Signal]) -> bool:
    """Whether this day has had its signal, or an open one says the same."""
    alarm = seen.judgement
    return any(
        each.kind == alarm.kind
        and each.trend == alarm.direction
        and (each.first_on <= seen.day <= each.last_on or each.state in OPEN_SIGNALS)
        for each in known
    )


def _open(kpi: Kpi, seen: Watched) -> Signal:
    alarm = seen.judgement
    trend = SignalTrend(str(alarm.direction))
    signal = Signal.objects.create(
        organization_id=kpi.organization_id,
        kpi=kpi,
        kind=SignalKind(str(alarm.kind)),
        trend=trend,
        is_good=_is_good(kpi, SignalKind(str(alarm.kind)), trend),
        first_on=seen.day,
        last_on=seen.day,
        value=seen.value,
        expected=_decimal(alarm.expected),
        low=_decimal(alarm.low),
        high=_decimal(alarm.high),
    )
    _tell(signal)
    return signal


def _close_recovered(days: Sequence[Watched], known: Sequence[Signal]) -> None:
    """Open signals follow their KPI: still outside on the latest day, or closed after five days inside."""
    if not days:
        return
    inside = sum(1 for _ in takewhile(lambda seen: seen.is_inside, reversed(days)))
    for signal in known:
        if signal.state not in OPEN_SIGNALS or signal.kind == SignalKind.TARGET:
            continue
        if inside >= INSIDE_DAYS and days[-1].day > signal.last_on:
            end_signal(signal, ending=SignalEnding.BACK_INSIDE, by=None)
        elif inside == 0:
            _go_on(signal, days[-1].day, days[-1].value)


def _watch_target(kpi: DefinedKpi, state: KpiState | None, known: Sequence[Signal]) -> int:
    """A signal while the KPI is off target; after it was closed, a new one only when the KPI gets off it again."""
    if state is None or state.value is None:
        return 0
    mine = [each for each in known if each.kind == SignalKind.TARGET]
    still_open = [each for each in mine if each.state in OPEN_SIGNALS]
    if state.status in {Status.ON_TARGET, Status.NEAR}:
        for signal in still_open:
            end_signal(signal, ending=SignalEnding.BACK_INSIDE, by=None)
    if state.status != Status.OFF_TARGET:
        return 0
    for signal in still_open:
        _go_on(signal, state.on, state.value)
    was_told = any(each.closed_at is not None and each.closed_at >= state.since for each in mine)
    if still_open or was_told or SignalKind.TARGET in retired_kinds(known):
        return 0
    _open_target(kpi.kpi, state)
    return 1


def _open_target(kpi: Kpi, state: KpiState) -> None:
    value, target = state.value or Decimal(0), state.target or Decimal(0)
    signal = Signal.objects.create(
        organization_id=kpi.organization_id,
        kpi=kpi,
        kind=SignalKind.TARGET,
        trend=SignalTrend.UP if value > target else SignalTrend.DOWN,
        is_good=False,
        first_on=state.on,
        last_on=state.on,
        value=value,
        expected=target,
    )
    _tell(signal)


def _go_on(signal: Signal, day: date, value: Decimal) -> None:
    """The signal lasts until this day at least."""
    if day > signal.last_on:
        signal.last_on, signal.value = day, value
        signal.save(update_fields=["last_on", "value", "updated_at"])


def _is_good(kpi: Kpi, kind: SignalKind, trend: SignalTrend) -> bool:
    if kind == SignalKind.SPREAD:
        return trend == SignalTrend.DOWN
    return kpi.direction in {Direction.UP, Direction.DOWN} and str(kpi.direction) == str(trend)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(number).quantize(MICRO)


def _tell(signal: Signal) -> None:
    record(
        "signal.opened",
        subject=signal,
        organization_id=signal.organization_id,
        by=None,
        kpi_id=signal.kpi_id,
        kind=str(signal.kind),
        trend=str(signal.trend),
    )
