"""Facts in: from the rows of other apps, and pushed by clients and files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from zlib import crc32

from django.db import connection, transaction

from common.errors import NotAllowed, NotVisible
from common.locks import LockSpace, lock_all
from kpis.models import Metric
from kpis.permissions import can_push_measurements
from kpis.registry import Fact, FactSource, sources
from kpis.services.checking import MeasurementRow, refuse_bad_rows, refuse_final_rows
from kpis.services.freezing import is_final_in
from kpis.services.gathering import gathering, is_gathering, put_off
from kpis.services.installing import create_metrics
from kpis.services.rollup import nudge
from kpis.services.storing import (
    Key,
    StoreCounts,
    StoredFact,
    facts_by_key,
    facts_of_rows,
    frozen_keys,
    frozen_keys_of_rows,
    replace_facts,
)
from people.models import Membership

IngestCounts = StoreCounts
STRIPES = 64
REBUILD_ROWS = 2_000
MICRO = Decimal("0.000001")
STORED_IDS = """
SELECT DISTINCT split_part(k.source_key, ':', 2)::bigint
FROM kpis_metric AS m JOIN kpis_sourcekey AS k ON k.metric_id = m.id
WHERE m.organization_id = %(organization)s AND starts_with(k.source_key, %(prefix)s)
"""

__all__ = [
    "IngestCounts",
    "MeasurementRow",
    "emit_facts",
    "facts_together",
    "ids_to_rebuild",
    "import_measurements",
    "ingest_measurements",
    "rebuild_facts",
]


@transaction.atomic
def emit_facts(source: str, organization_id: int, ids: Sequence[int]) -> int:
    """The stored facts of these rows are exactly what `source` derives from them; returns how many changed.

    The caller holds the rows' locks or has just made them; deleted rows lose their facts, except in frozen days, which
    stay as they are. Missing metrics are created. Inside `facts_together` it is put off, and returns 0.
    """
    if put_off(source, organization_id, ids):
        return 0
    _lock_rebuild(organization_id, shared=True)
    return _store_derived(sources[source], organization_id, list(ids))


@contextmanager
def facts_together() -> Iterator[None]:
    """Inside, changed rows do not store their facts one by one: those of all rows are stored at the end, once each.

    For changes of many rows in one transaction, which must be open. A block inside that raises, as one around a
    savepoint does, takes its rows back.
    """
    is_inner = is_gathering()
    with gathering() as gathered:
        yield
    if not is_inner:
        for (source, organization_id), ids in gathered.items():
            emit_facts(source, organization_id, list(ids))


@transaction.atomic
def rebuild_facts(source: str, organization_id: int, ids: Sequence[int]) -> int:
    """As `emit_facts`, for rows that the caller has not locked: waits for running writers and holds new ones."""
    _lock_rebuild(organization_id, shared=False)
    return _store_derived(sources[source], organization_id, list(ids))


@transaction.atomic
def ingest_measurements(by: Membership, metric_key: str, rows: Sequence[MeasurementRow]) -> IngestCounts:
    """All rows are stored under their source keys, or none: a known key is replaced, a null value retracts it.

    Refuses an unknown metric, viewers, and bad rows (InvalidInput names each by its pointer), also those that would
    change a frozen day.
    """
    metric = Metric.objects.visible_to(by).filter(key=metric_key).first()
    if metric is None:
        raise NotVisible
    if not can_push_measurements(by):
        raise NotAllowed
    return _store_pushed(metric, rows)


@transaction.atomic
def import_measurements(
    organization_id: int, metric_key: str, rows: Sequence[MeasurementRow]
) -> IngestCounts:
    """As `ingest_measurements`, for a file that the operator of this installation imports."""
    metric = Metric.objects.filter(organization_id=organization_id, key=metric_key).first()
    if metric is None:
        raise NotVisible
    return _store_pushed(metric, rows)


def ids_to_rebuild(source: str, organization_id: int) -> list[int]:
    """The ids of all rows of `source` in the organization, and of rows that are gone but still have facts."""
    with connection.cursor() as cursor:
        cursor.execute(STORED_IDS, {"organization": organization_id, "prefix": f"{source}:"})
        stored = {row_id for (row_id,) in cursor.fetchall()}
    return sorted(stored.union(sources[source].ids_of(organization_id)))


def _store_pushed(metric: Metric, rows: Sequence[MeasurementRow]) -> IngestCounts:
    refuse_bad_rows(metric, rows)
    keys = [row.source_key for row in rows]
    metric_id = metric.pk
    lock_all(LockSpace.SOURCE_KEYS, [_stripe(metric_id, key) for key in keys])
    known = facts_by_key([metric_id], keys)
    wanted = [_fact_of_row(metric_id, row) for row in rows if row.value is not None]
    if metric.final_before is not None:
        _refuse_changed_final_rows(metric, rows, known)
    counts = replace_facts(known, wanted)
    if counts.changed:
        nudge([metric_id])
    return counts


def _refuse_changed_final_rows(
    metric: Metric, rows: Sequence[MeasurementRow], known: Mapping[Key, StoredFact]
) -> None:
    """A row may be sent again as it is stored, so that whoever sends the last weeks every night can go on."""
    is_final = is_final_in(metric)
    frozen = frozen_keys([metric.pk], [row.source_key for row in rows])
    changed = [
        index
        for index, row in enumerate(rows)
        if (is_final(row.occurred_at) or (metric.pk, row.source_key) in frozen)
        and (row.value is None or known.get((metric.pk, row.source_key)) != _fact_of_row(metric.pk, row))
    ]
    refuse_final_rows(changed)


def _store_derived(source: FactSource, organization_id: int, ids: list[int]) -> int:
    metrics = _metrics(source, organization_id)
    metric_ids = [metric.pk for metric in metrics.values()]
    keys = [f"{source.name}:{row_id}" for row_id in ids]
    known = facts_of_rows(metric_ids, keys)
    derived = source.facts_of(organization_id, ids)
    wanted = [
        _fact(metrics[fact.metric_key].pk, _source_key(source.name, row_id, fact.part), fact)
        for row_id, facts in derived.items()
        for fact in facts
    ]
    if any(metric.final_before for metric in metrics.values()):
        known, wanted = _without_final(metrics.values(), keys, known, wanted)
    counts = replace_facts(known, wanted)
    if counts.changed:
        nudge(metric_ids)
    return counts.changed


def _without_final(
    metrics: Collection[Metric],
    keys: Sequence[str],
    known: Mapping[Key, StoredFact],
    wanted: Sequence[StoredFact],
) -> tuple[dict[Key, StoredFact], list[StoredFact]]:
    """Facts of frozen days stay as they are: none of them is removed, changed or added."""
    frozen = frozen_keys_of_rows([metric.pk for metric in metrics], keys)
    is_final = {metric.pk: is_final_in(metric) for metric in metrics}
    return (
        {key: fact for key, fact in known.items() if key not in frozen},
        [
            fact
            for fact in wanted
            if fact.key not in frozen and not is_final[fact.metric_id](fact.occurred_at)
        ],
    )


def _metrics(source: FactSource, organization_id: int) -> dict[str, Metric]:
    keys = [spec.key for spec in source.metrics]
    found = Metric.objects.filter(organization_id=organization_id, key__in=keys).only(
        "key", "final_before", "organization"
    )
    metrics = {metric.key: metric for metric in found}
    if len(metrics) < len(keys):
        create_metrics(organization_id, [spec for spec in source.metrics if spec.key not in metrics])
        metrics = {metric.key: metric for metric in found.all()}
    return metrics


def _source_key(source: str, row_id: int, part: str) -> str:
    return f"{source}:{row_id}:{part}" if part else f"{source}:{row_id}"


def _fact(metric_id: int, source_key: str, fact: Fact) -> StoredFact:
    return StoredFact(
        metric_id,
        source_key,
        fact.occurred_at,
        Decimal(fact.value).quantize(MICRO),
        fact.team_id,
        fact.member_id,
        fact.label,
    )


def _fact_of_row(metric_id: int, row: MeasurementRow) -> StoredFact:
    value = Decimal(row.value or 0).quantize(MICRO)
    return StoredFact(
        metric_id, row.source_key, row.occurred_at, value, row.team_id, row.member_id, row.label, row.weight
    )


def _stripe(metric_id: int, source_key: str) -> int:
    return (metric_id * STRIPES + crc32(source_key.encode()) % STRIPES) % 2**31


def _lock_rebuild(organization_id: int, *, shared: bool) -> None:
    """Writers share the lock and never wait for each other; a rebuild, which locks no rows, has it alone."""
    suffix = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_advisory_xact_lock{suffix}(%s, %s)",
            [int(LockSpace.REBUILD), organization_id % 2**31],
        )
