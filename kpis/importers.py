"""Measurements from the rows of a file."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from common.importing.cells import Cells
from common.importing.errors import BadCell, InvalidMapping
from common.importing.lookup import Lookup
from common.importing.mapping import MetricToCreate
from common.importing.run import BatchCounts
from kpis import services
from kpis.choices import Unit
from kpis.models import Metric
from kpis.registry import MetricSpec
from kpis.services import MeasurementRow
from kpis.services.checking import LARGEST_WEIGHT
from people.selectors import names_of_members, names_of_teams

METRIC_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
LARGEST = Decimal(10) ** 15
FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeasurementItem:
    """A measurement and the metric it belongs to."""

    metric_key: str
    row: MeasurementRow


class MeasurementImporter:
    """One row is one measurement, known by its own key or else by its metric and its time."""

    fields = ("metric", "occurred_at", "value", "source_key", "team", "member", "label", "weight")
    required = ("metric", "occurred_at", "value")
    key_field = "source_key"

    def __init__(
        self,
        organization_id: int,
        source: str,
        *,
        metrics: Sequence[MetricToCreate] = (),
        create_metrics: bool = False,
    ) -> None:
        self._organization_id = organization_id
        self._source = source
        self._teams = Lookup(names_of_teams(organization_id))
        self._members = Lookup(names_of_members(organization_id))
        self._ordinal = dict(
            Metric.objects.filter(organization_id=organization_id).values_list("key", "is_ordinal")
        )
        self._new = {metric.key: _spec(metric) for metric in metrics if metric.key not in self._ordinal}
        self._create_unknown = create_metrics
        self._latest = timezone.now() + FUTURE

    def item_of(self, cells: Cells) -> MeasurementItem:
        """The measurement; refuses an unknown metric, a time in the future and what is not a number."""
        key = self._metric_key(cells)
        occurred_at = cells.moment("occurred_at", required=True)
        value = cells.number("value", required=True)
        if occurred_at is None or occurred_at > self._latest:
            raise BadCell("occurred_at", _("The time lies in the future."))
        if value is None or abs(value) >= LARGEST:
            raise BadCell("value", _("The number is too large."))
        if self._ordinal.get(key) and not (value == value.to_integral_value() and 0 <= value <= 10):
            raise BadCell("value", _("A score is a whole number from 0 to 10."))
        return MeasurementItem(
            key,
            MeasurementRow(
                source_key=self._source_key(cells, occurred_at),
                occurred_at=occurred_at,
                value=value,
                team_id=self._teams.id_in(cells, "team"),
                member_id=self._members.id_in(cells, "member"),
                label=cells.text("label", limit=100),
                weight=self._weight(cells),
            ),
        )

    def key_of(self, item: MeasurementItem) -> str:
        """What makes the row the same one in every run."""
        return f"{item.metric_key}\n{item.row.source_key}"

    def store(self, items: Sequence[MeasurementItem]) -> BatchCounts:
        """All measurements of a batch, metric by metric; new metrics are created with the first of them."""
        rows_of: dict[str, list[MeasurementRow]] = defaultdict(list)
        for item in items:
            rows_of[item.metric_key].append(item.row)
        if new := [self._new[key] for key in rows_of if key in self._new]:
            services.create_metrics(self._organization_id, new)
        counts = [
            services.import_measurements(self._organization_id, key, rows) for key, rows in rows_of.items()
        ]
        return BatchCounts(
            created=sum(each.stored for each in counts),
            updated=sum(each.replaced for each in counts),
            unchanged=sum(each.unchanged for each in counts),
        )

    def _metric_key(self, cells: Cells) -> str:
        key = cells.text("metric", limit=80, required=True)
        if key in self._ordinal or key in self._new:
            return key
        if not self._create_unknown:
            raise BadCell("metric", _("There is no metric “%(key)s”.") % {"key": key})
        if not METRIC_KEY.fullmatch(key):
            raise BadCell("metric", _("“%(key)s” cannot be the key of a metric.") % {"key": key})
        self._new[key] = _spec(MetricToCreate(key))
        return key

    @staticmethod
    def _weight(cells: Cells) -> int:
        weight = cells.number("weight")
        if weight is None:
            return 1
        if weight != weight.to_integral_value() or not 1 <= weight <= LARGEST_WEIGHT:
            raise BadCell("weight", _("A weight is a whole number from 1 to 1,000,000."))
        return int(weight)

    def _source_key(self, cells: Cells, occurred_at: datetime) -> str:
        given = cells.text("source_key") or occurred_at.astimezone(UTC).isoformat()
        key = f"{self._source}:{given}"
        if len(key) > 200:
            raise BadCell("source_key", _("The cell is longer than %(limit)s characters.") % {"limit": 150})
        return key


def _spec(metric: MetricToCreate) -> MetricSpec:
    if metric.unit not in Unit.values:
        raise InvalidMapping(
            _("The metric “%(key)s” has the unknown unit “%(unit)s”. Known are: %(known)s.")
            % {"key": metric.key, "unit": metric.unit, "known": ", ".join(Unit.values)}
        )
    name_en = metric.name_en or ("" if metric.name_zh else metric.key)
    return MetricSpec(metric.key, name_en[:200], metric.name_zh[:200], metric.unit)
