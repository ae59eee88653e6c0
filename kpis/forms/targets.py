"""What a KPI should be, and from when on."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from kpis.choices import Direction, TargetPeriod, TargetShape
from kpis.forms.fields import DayInput, duration_help, value_field
from kpis.models import Kpi, KpiTarget

EDGES = ("value", "near", "upper", "near_upper")


class TargetForm(RefusableForm):
    """A target from a day on. Durations are typed with their unit and stored in seconds."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    shape = forms.ChoiceField(
        label=_("Shape"), choices=TargetShape.choices, initial=TargetShape.STEP, required=False
    )
    period = forms.ChoiceField(
        label=_("For one"),
        choices=TargetPeriod.choices,
        initial=TargetPeriod.FOUR_WEEKS,
        required=False,
        help_text=_("A sum grows with the period: shorter ones get their share."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kpi: Kpi,
        today: date,
        start: KpiTarget | None = None,
        edits: bool = False,
        grows: bool = True,
    ) -> None:
        self.is_between = kpi.direction == Direction.BETWEEN
        super().__init__(data, initial=_initial(start, edits, today))
        help_text = duration_help(kpi.unit)
        between = self.is_between
        labels = {
            "value": _("Lower target") if between else _("Target"),
            "near": _("Near from") if between else _("Near target up to"),
            "upper": _("Upper target"),
            "near_upper": _("Near up to"),
        }
        for name in EDGES if between else EDGES[:2]:
            self.fields[name] = value_field(kpi.unit, label=labels[name])
            if name in ("value", "upper"):
                self.fields[name].help_text = help_text
        self.fields["near"].help_text = _(
            "Between this and the target counts as near; worse than this is off target."
        )
        if not grows:
            del self.fields["period"]

    @property
    def stored(self) -> dict[str, Any]:
        """The input in the unit of the KPI."""
        typed = self.cleaned_data
        return {
            **typed,
            "shape": TargetShape(typed["shape"] or TargetShape.STEP),
            "period": TargetPeriod(typed.get("period") or TargetPeriod.FOUR_WEEKS),
        }


def _initial(start: KpiTarget | None, edits: bool, today: date) -> dict[str, Any]:
    """The target to edit; a new one starts from the present one, today."""
    if start is None:
        return {"starts_on": today}
    values = {name: getattr(start, name) for name in (*EDGES, "shape", "period")}
    return {**values, "starts_on": start.starts_on if edits else today}
