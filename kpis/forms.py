"""The shape of what people ask of and type on the KPI pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.choices import Grain, Unit
from kpis.models import Kpi, KpiTarget
from people.models import Membership, Team
from people.selectors import teams

DEFAULT_SPAN = {
    Grain.HOUR: timedelta(days=2),
    Grain.DAY: timedelta(days=89),
    Grain.WEEK: timedelta(weeks=52),
    Grain.MONTH: timedelta(days=365 * 2),
    Grain.QUARTER: timedelta(days=365 * 4),
    Grain.YEAR: timedelta(days=365 * 10),
}
HOUR = 3_600


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SeriesForm(forms.Form):
    """Which stretch of a KPI: grain, first and last day, team. Everything may be left out."""

    grain = forms.ChoiceField(choices=Grain.choices, required=False)
    first_on = forms.DateField(label=_("From"), required=False, widget=_Day())
    last_on = forms.DateField(label=_("To"), required=False, widget=_Day())
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All teams")
    )

    def __init__(self, data: Any, *, actor: Membership, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["team"].queryset = teams(actor)  # type: ignore[attr-defined] # a ModelChoiceField

    def add_prefix(self, field_name: str) -> str:
        """The address says `from` and `to`, which Python keeps for itself."""
        return {"first_on": "from", "last_on": "to"}.get(field_name, field_name)

    @property
    def grain_asked(self) -> Grain:
        """Weeks, where nothing was asked."""
        return Grain(self.cleaned_data["grain"] or Grain.WEEK)

    @property
    def last_day(self) -> date:
        """Today, where nothing was asked."""
        return self.cleaned_data["last_on"] or self.today

    @property
    def first_day(self) -> date:
        """As long before the last day as suits the grain, where nothing was asked."""
        return self.cleaned_data["first_on"] or self.last_day - DEFAULT_SPAN[self.grain_asked]

    @property
    def team_id(self) -> int | None:
        """The team asked for; None is all of them."""
        team: Team | None = self.cleaned_data["team"]
        return team.pk if team else None


class TargetForm(forms.Form):
    """A target from a day on. Durations are typed in hours and stored in seconds."""

    starts_on = forms.DateField(label=_("From"), widget=_Day())
    value = forms.DecimalField(label=_("Target"), max_digits=24, decimal_places=6)
    near = forms.DecimalField(
        label=_("Near target up to"),
        help_text=_("Between this and the target counts as near; worse than this is off target."),
        max_digits=24,
        decimal_places=6,
    )

    def __init__(self, data: Any, *, kpi: Kpi, today: date, present: KpiTarget | None) -> None:
        self.factor = Decimal(HOUR if kpi.unit == Unit.SECONDS else 1)
        initial: dict[str, Any] = {"starts_on": today}
        if present is not None:
            initial |= {"value": self._typed(present.value), "near": self._typed(present.near)}
        super().__init__(data, initial=initial)
        if kpi.unit == Unit.SECONDS:
            self.fields["value"].label = _("Target (hours)")
            self.fields["near"].label = _("Near target up to (hours)")

    def _typed(self, stored: Decimal) -> Decimal:
        value = stored / self.factor
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()

    @property
    def stored(self) -> dict[str, Any]:
        """The input in the unit of the KPI."""
        typed = self.cleaned_data
        return {**typed, "value": typed["value"] * self.factor, "near": typed["near"] * self.factor}
