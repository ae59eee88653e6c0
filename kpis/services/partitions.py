"""The months of the measurement table: made ahead of time, never inside a writer's transaction."""

import logging
from datetime import date

from django.db import OperationalError, connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 3
MONTHS_PER_RUN = 12


def make_months(first_on: date, last_on: date) -> int:
    """Every month from `first_on` to `last_on` has its partition; returns how many facts moved into them.

    Call it outside a transaction before a bulk load. A month that running writers block is left to the sweep.
    """
    return sum(_make_month(month) for month in _months(first_on, last_on))


def tidy_partitions() -> int:
    """The months ahead exist, and facts that came in for months without a partition are moved to a new one."""
    today = timezone.now().date()
    moved = make_months(today, _plus_months(today, MONTHS_AHEAD))
    for month in months_in_rest()[:MONTHS_PER_RUN]:
        moved += _make_month(month)
    return moved


def months_in_rest() -> list[date]:
    """The months of which facts lie in the DEFAULT partition; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date AS month"
            " FROM kpis_measurement_rest ORDER BY month"
        )
        return [month for (month,) in cursor.fetchall()]


def _make_month(month: date) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT kpis_make_month(%s)", [month])
            return int(cursor.fetchone()[0])
    except OperationalError as error:
        logger.warning("kpis.month_blocked", extra={"month": str(month), "error": type(error).__name__})
        return 0


def _months(first_on: date, last_on: date) -> list[date]:
    first, last = first_on.replace(day=1), last_on.replace(day=1)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [_plus_months(first, step) for step in range(count)]


def _plus_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
