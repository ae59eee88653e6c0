"""Months of final facts leave the database as files, and come back from them."""

import gzip
import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpis.errors import CannotArchive
from kpis.models import ArchivedMonth
from kpis.services.partitions import make_months

COLUMNS = "metric_id, source_key, occurred_at, value, team_id, member_id, label, recorded_at, weight"
MONTHS = """
SELECT to_date(right(inhrelid::regclass::text, 6), 'YYYYMM') AS month FROM pg_inherits
WHERE inhparent = 'kpis_measurement'::regclass AND inhrelid::regclass::text ~ '^kpis_measurement_[0-9]{6}$'
ORDER BY month
"""
OPEN_FACTS = """
SELECT count(*), count(*) FILTER (
    WHERE m.final_before IS NULL OR (f.occurred_at AT TIME ZONE o.time_zone)::date >= m.final_before)
FROM {partition} AS f JOIN kpis_metric AS m ON m.id = f.metric_id
JOIN people_organization AS o ON o.id = m.organization_id
"""
COPY_OUT = (
    f"COPY (SELECT {COLUMNS} FROM {{partition}} ORDER BY metric_id, source_key) TO STDOUT WITH CSV HEADER"  # noqa: S608 - constants
)
COPY_BACK = f"""
DROP TABLE IF EXISTS pg_temp.kpis_read_back;
CREATE TEMP TABLE kpis_read_back ON COMMIT DROP AS SELECT {COLUMNS} FROM kpis_measurement WITH NO DATA
"""  # noqa: S608 - put together from constants
COPY_IN = f"COPY kpis_read_back ({COLUMNS}) FROM STDIN WITH CSV HEADER"
DIFFERENT = f"""
SELECT (SELECT count(*) FROM kpis_read_back), EXISTS (
    (SELECT {COLUMNS} FROM {{partition}} EXCEPT ALL SELECT {COLUMNS} FROM kpis_read_back)
    UNION ALL (SELECT {COLUMNS} FROM kpis_read_back EXCEPT ALL SELECT {COLUMNS} FROM {{partition}}))
"""  # noqa: S608 - put together from constants
# What a fact names may be gone by now: a deleted metric has taken its facts along.
PUT_BACK = f"""
INSERT INTO {{partition}} ({COLUMNS})
SELECT r.metric_id, r.source_key, r.occurred_at, r.value, t.id, p.id, r.label, r.recorded_at, r.weight
FROM kpis_read_back AS r JOIN kpis_metric AS m ON m.id = r.metric_id
LEFT JOIN people_team AS t ON t.id = r.team_id LEFT JOIN people_membership AS p ON p.id = r.member_id
"""  # noqa: S608 - put together from constants
# All locks at once and not for long: a writer never waits for more than the move of a name.
TAKE_AWAY = """
SET LOCAL lock_timeout = '700ms';
LOCK TABLE kpis_measurement, kpis_metric, people_team, people_membership IN ACCESS EXCLUSIVE MODE
"""
AT_ONCE = 1 << 20


def months_to_archive(before: date) -> list[date]:
    """The months before `before` of which all facts are final, oldest first; empty ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        months = [month for (month,) in cursor.fetchall() if month < before and not _is_archived(month)]
        counts = {month: _counts(cursor, month) for month in months}
    return [month for month, (facts, still_open) in counts.items() if facts and not still_open]


def archive_month(month: date, directory: Path) -> ArchivedMonth:
    """The facts of the month are in a file of `directory` that was read back, and no longer in the database.

    Final facts cannot change while they are copied; the month is taken away only if it still holds just these. Cells
    and source keys stay. Refuses a month with open facts, and one that is in use (try again).
    """
    file = directory / f"kpis_measurement_{month:%Y%m}.csv.gz"
    facts = _write(month, file)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAKE_AWAY)
            if _counts(cursor, month) != (facts, 0):
                raise CannotArchive(
                    _("Measurements of %(month)s are still open.") % {"month": f"{month:%Y-%m}"}
                )
            cursor.execute(f"ALTER TABLE kpis_measurement DETACH PARTITION {_partition(month)}")
            cursor.execute(f"DROP TABLE {_partition(month)}")
            return ArchivedMonth.objects.create(
                month=month, file_name=file.name, sha256=_digest(file), facts=facts
            )
    except OperationalError as error:
        raise CannotArchive(_("The measurements are in use. Try again in a minute.")) from error


def restore_month(file: Path) -> ArchivedMonth:
    """The facts of the file are in the database again, under the source keys they always had; nothing is recomputed.

    Refuses a file that is not exactly the one that was written.
    """
    archived = ArchivedMonth.objects.filter(file_name=file.name, restored_at=None).first()
    if archived is None or archived.sha256 != _digest(file):
        raise CannotArchive(_("%(file)s is not a file of an archived month.") % {"file": file.name})
    make_months(archived.month, archived.month)
    with transaction.atomic(), connection.cursor() as cursor:
        _read_back(cursor, file)
        # Into the partition itself: the triggers of the whole table, which guard final days, do not fire.
        cursor.execute(PUT_BACK.format(partition=_partition(archived.month)))
        archived.restored_at = timezone.now()
        archived.save(update_fields=["restored_at"])
    return archived


@transaction.atomic
def _write(month: date, file: Path) -> int:
    """A file with the month's facts that says the same as the table; returns how many they are."""
    if _is_archived(month):
        raise CannotArchive(_("%(month)s is in an archive. Restore it first.") % {"month": f"{month:%Y-%m}"})
    partial = file.with_suffix(".partial")
    with connection.cursor() as cursor:
        facts, still_open = _counts(cursor, month)
        if still_open:
            raise CannotArchive(_("Measurements of %(month)s are still open.") % {"month": f"{month:%Y-%m}"})
        with partial.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
            cursor.copy_expert(COPY_OUT.format(partition=_partition(month)), packed, AT_ONCE)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        _read_back(cursor, partial)
        cursor.execute(DIFFERENT.format(partition=_partition(month)))
        if cursor.fetchone() != (facts, False):
            raise CannotArchive(_("The written file differs from the measurements."))
    partial.replace(file)
    return facts


def _read_back(cursor: Any, file: Path) -> None:
    cursor.execute(COPY_BACK)
    with gzip.open(file, "rb") as packed:
        cursor.copy_expert(COPY_IN, packed, AT_ONCE)


def _counts(cursor: Any, month: date) -> tuple[int, int]:
    """How many facts the month holds, and how many of them are not final."""
    cursor.execute(OPEN_FACTS.format(partition=_partition(month)))
    facts, still_open = cursor.fetchone()
    return facts, still_open


def _is_archived(month: date) -> bool:
    return ArchivedMonth.objects.filter(month=month, restored_at=None).exists()


def _partition(month: date) -> str:
    return f"kpis_measurement_{month:%Y%m}"


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as packed:
        while part := packed.read(AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
