"""Values typed by hand, one row for each period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.forms import RefusableForm
from kpis.choices import Grain
from kpis.forms.fields import value_field
from kpis.models import Metric
from kpis.selectors.hand_values import HandValue
from kpis.services import MeasurementRow
from people.models import Membership, Team
from people.selectors import teams

LARGEST_WEIGHT = 1_000_000


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A period with its two cells."""

    stored: HandValue
    period: str
    value: BoundField
    weight: BoundField


class HandValuesForm(RefusableForm):
    """A value and how many facts it stands for, for each period; emptying a value retracts it, once confirmed."""

    confirmed = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, metric: Metric, rows: Sequence[HandValue], names: Sequence[str]) -> None:
        self.rows, self.names, self.metric = rows, names, metric
        super().__init__(data)
        for row, name in zip(rows, names, strict=True):
            value = value_field(metric.unit, label=_("Value, %(period)s") % {"period": name}, required=False)
            value.initial = row.value
            value.widget.attrs |= {"inputmode": "text" if metric.unit == "seconds" else "decimal"}
            weight = forms.IntegerField(
                label=_("Weight, %(period)s") % {"period": name},
                min_value=1,
                max_value=LARGEST_WEIGHT,
                required=False,
                initial=row.weight if row.value is not None and row.weight != 1 else None,
            )
            weight.widget.attrs["placeholder"] = _("Weight")
            self.fields[self._name("value", row)] = value
            self.fields[self._name("weight", row)] = weight

    @cached_property
    def typed(self) -> list[TypedRow]:
        """The rows as the grid shows them, newest first."""
        return [
            TypedRow(row, name, self[self._name("value", row)], self[self._name("weight", row)])
            for row, name in zip(self.rows, self.names, strict=True)
        ]

    def changed(self, team_id: int | None) -> list[MeasurementRow]:
        """What to store: the rows whose value or weight is not what is stored; None retracts."""
        return [
            MeasurementRow(
                row.source_key, row.occurred_at, self._value(row), team_id=team_id, weight=self._weight(row)
            )
            for row in self.rows
            if self._is_changed(row)
        ]

    @property
    def retracted(self) -> list[str]:
        """The periods whose stored value was emptied."""
        return [
            name
            for row, name in zip(self.rows, self.names, strict=True)
            if row.value is not None and self._value(row) is None
        ]

    def refuse_rows(self, refused: InvalidInput, sent: Sequence[MeasurementRow]) -> None:
        """Each sentence of the service at the cell it is about."""
        by_key = {row.source_key: row for row in self.rows}
        for pointer, sentences in refused.fields.items():
            _empty, _rows, index, field = (*pointer.split("/"), "", "", "")[:4]
            row = by_key[sent[int(index)].source_key] if index.isdecimal() else None
            column = "weight" if field == "weight" else "value"
            self.add_error(self._name(column, row) if row else None, [str(each) for each in sentences])

    def _is_changed(self, row: HandValue) -> bool:
        value = self._value(row)
        return value != row.value or (value is not None and self._weight(row) != row.weight)

    def _value(self, row: HandValue) -> Decimal | None:
        value: Decimal | None = self.cleaned_data[self._name("value", row)]
        return value

    def _weight(self, row: HandValue) -> int:
        return self.cleaned_data[self._name("weight", row)] or 1

    @staticmethod
    def _name(column: str, row: HandValue) -> str:
        return f"{column}-{row.period.starts_on.isoformat()}"


class PlaceForm(forms.Form):
    """Where values by hand belong: days or weeks, of one team or of none."""

    grain = forms.ChoiceField(
        choices=[(Grain.DAY, Grain.DAY.label), (Grain.WEEK, Grain.WEEK.label)], required=False
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )

    def __init__(self, data: Any, *, actor: Membership) -> None:
        super().__init__(data)
        self.fields["team"].queryset = teams(actor)  # type: ignore[attr-defined] # a ModelChoiceField

    @property
    def grain_asked(self) -> Grain:
        """Days, where nothing was asked."""
        return Grain(self.cleaned_data["grain"] or Grain.DAY)

    def query(self, grain: Grain) -> str:
        """The address of the same team by `grain`."""
        team = self.cleaned_data["team"]
        return urlencode({"grain": grain.value, **({"team": team.pk} if team else {})})
