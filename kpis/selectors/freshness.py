"""What the cells do not show yet: the dirty days that wait for a worker."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from kpis.models import DirtyRange


@dataclass(frozen=True, slots=True)
class Freshness:
    """The days that are dirty, read before the cells, so that a stale cell is never called final."""

    ranges: list[tuple[int, date, date, datetime]]
    read_at: datetime

    def is_pending(self, metric_ids: Collection[int], first_on: date | None, last_on: date) -> bool:
        """Whether any of these days waits; `first_on` None is from the beginning."""
        return any(self._touching(metric_ids, first_on, last_on))

    def fresh_through(self, metric_ids: Collection[int]) -> datetime:
        """Every fact of these metrics that was stored before this moment is in the cells."""
        return min((at for each, _, _, at in self.ranges if each in metric_ids), default=self.read_at)

    def _touching(self, metric_ids: Collection[int], first_on: date | None, last_on: date) -> list[bool]:
        return [
            True
            for metric_id, first, last, _ in self.ranges
            if metric_id in metric_ids and first <= last_on and (first_on is None or last >= first_on)
        ]


def freshness(metric_ids: Collection[int]) -> Freshness:
    """What waits for these metrics now; one query, and it comes before the cells are read."""
    now = timezone.now()
    shards = {metric_id % settings.KPI_SHARDS for metric_id in metric_ids}
    ranges = DirtyRange.objects.filter(shard__in=shards, metric_id__in=metric_ids)
    return Freshness(list(ranges.values_list("metric_id", "first_on", "last_on", "logged_at")), now)
