"""Where each KPI stands, kept as a row, so that one cheap query answers it and a change of status is an event."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from activity.services import record
from common.locks import LockSpace, try_lock
from common.queue import enqueue_soon
from common.tenancy import acting_for
from kpis.models import Kpi, KpiState
from kpis.selectors import CurrentValue, current_values, today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.progress import Progress, progress_of
from people.models import Organization

# Organizations whose facts, definitions or day have moved on since their KPIs were judged.
DUE = """
SELECT o.id FROM people_organization AS o WHERE EXISTS (
    SELECT FROM kpis_kpi AS k LEFT JOIN kpis_kpistate AS s ON s.kpi_id = k.id
    WHERE k.organization_id = o.id AND k.archived_at IS NULL AND (
        s.kpi_id IS NULL OR s.judged_at < k.updated_at
        OR s."on" <> (statement_timestamp() AT TIME ZONE o.time_zone)::date - 1
        OR s.round_version <> (
            SELECT coalesce(sum(p.newest_version), 0)
            FROM kpis_metricprogress AS p JOIN kpis_metric AS m ON m.id = p.metric_id
            WHERE m.organization_id = o.id)))
ORDER BY o.id
"""


def judge_due() -> int:
    """Every KPI whose cells, definition, target or window has changed is judged anew; returns how many were."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        organization_ids = [organization_id for (organization_id,) in cursor.fetchall()]
    judged = 0
    for organization_id in organization_ids:
        with acting_for(organization_id):
            judged += judge_kpis(organization_id)
    return judged


@transaction.atomic
def judge_kpis(organization_id: int) -> int:
    """The states of the organization's KPIs are those of its cells now; returns how many KPIs were judged.

    A status that differs from the one before is an event `kpi.status_changed`; a number that does sets the watch for
    signals in motion. Leaves at once where another worker is judging the same organization.
    """
    if not try_lock(LockSpace.JUDGING, organization_id % 2**31):
        return 0
    organization = Organization.objects.get(pk=organization_id)
    every = defined_kpis(Kpi.objects.filter(organization=organization, archived_at__isnull=True))
    states = {state.kpi_id: state for state in KpiState.objects.filter(kpi__organization=organization)}
    progress = progress_of(organization_id)
    last_on = today(organization) - timedelta(days=1)
    due = [each for each in every if _is_due(each, states.get(each.kpi.pk), progress, last_on)]
    if due:
        values = current_values(organization_id, [each.kpi.pk for each in due])
        judged = [_state(each, values[each.kpi.pk], progress, last_on, states) for each in due]
        _store(judged)
        _tell(organization_id, due, values, states)
        if any(_has_moved(state, states.get(state.kpi_id)) for state in judged):
            enqueue_soon("kpis.watch")
    KpiState.objects.filter(kpi__organization=organization).update(round_version=progress.round)
    return len(due)


def _is_due(each: DefinedKpi, state: KpiState | None, progress: Progress, last_on: date) -> bool:
    if state is None or state.kpi_version != _versions(each) or state.on != last_on:
        return True
    return progress.newest_of(each) != state.seen_version


def _versions(each: DefinedKpi) -> int:
    """Grows with every change of the KPI and of those its formula reads."""
    return sum(read.kpi.version for read in each.closure)


def _state(
    each: DefinedKpi, value: CurrentValue, progress: Progress, last_on: date, states: dict[int, KpiState]
) -> KpiState:
    before = states.get(each.kpi.pk)
    now = timezone.now()
    return KpiState(
        kpi=each.kpi,
        on=last_on,
        value=value.value,
        n=value.n,
        target=value.target,
        status=value.status,
        since=before.since if before and before.status == value.status else now,
        seen_version=progress.newest_of(each),
        kpi_version=_versions(each),
        judged_at=now,
    )


def _has_moved(now: KpiState, before: KpiState | None) -> bool:
    """Whether its complete days say something else; facts of today alone change nothing that is watched."""
    if before is None:
        return True
    names = ("on", "value", "n", "target", "status", "kpi_version")
    return any(getattr(now, name) != getattr(before, name) for name in names)


def _store(states: Sequence[KpiState]) -> None:
    names = [field.name for field in KpiState._meta.concrete_fields if not field.primary_key]
    fields = [name for name in names if not name.startswith("watched_")]
    KpiState.objects.bulk_create(states, update_conflicts=True, unique_fields=["kpi"], update_fields=fields)


def _tell(
    organization_id: int,
    due: Sequence[DefinedKpi],
    values: dict[int, CurrentValue],
    states: dict[int, KpiState],
) -> None:
    for each in due:
        before, now = states.get(each.kpi.pk), values[each.kpi.pk]
        if before is not None and before.status != now.status:
            record(
                "kpi.status_changed",
                subject=each.kpi,
                organization_id=organization_id,
                by=None,
                before=before.status,
                after=str(now.status),
            )
