"""How far the roll-up has come, as sums of versions: each metric's only grows, so a sum tells every change.

The newest version alone would not: versions are drawn when a recompute begins, and two may commit in the other order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.models import MetricProgress
from kpis.selectors.definitions import DefinedKpi


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest cell version of each metric of an organization, and that of its complete days."""

    newest: Mapping[int, int]
    complete: Mapping[int, int]

    @property
    def round(self) -> int:
        """Changes with any cell of the organization."""
        return sum(self.newest.values())

    def newest_of(self, kpi: DefinedKpi) -> int:
        """Changes with any cell that the KPI reads."""
        return sum(self.newest.get(metric_id, 0) for metric_id in kpi.metric_ids)

    def complete_of(self, kpi: DefinedKpi) -> int:
        """Changes with any cell that the KPI reads, of a day that was over when the cell was made."""
        return sum(self.complete.get(metric_id, 0) for metric_id in kpi.metric_ids)


def progress_of(organization_id: int) -> Progress:
    """Read it before the values, so that what changes meanwhile is noticed the next time. One query."""
    rows = list(
        MetricProgress.objects.filter(metric__organization_id=organization_id).values_list(
            "metric_id", "newest_version", "complete_version"
        )
    )
    return Progress({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})
