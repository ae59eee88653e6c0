"""Which stretch of a KPI a page shows, and of whose facts."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from kpis.choices import Grain
from kpis.forms.fields import DayInput
from kpis.selectors import By, Compare, today
from kpis.selectors.calendar import midnight_after
from people.forms.picking import PeoplePicker
from people.models import Membership, Team
from people.selectors import assignable_members, teams

DEFAULT_SPAN = {
    Grain.HOUR: timedelta(days=2),
    Grain.DAY: timedelta(days=89),
    Grain.WEEK: timedelta(weeks=52),
    Grain.MONTH: timedelta(days=365 * 2),
    Grain.QUARTER: timedelta(days=365 * 4),
    Grain.YEAR: timedelta(days=365 * 10),
}
COMPARISONS = [
    ("", _("nothing")),
    (Compare.PREVIOUS.value, _("the period before")),
    (Compare.WEEKDAY.value, _("the same weekday")),
]


class SeriesForm(forms.Form):
    """Which stretch of a KPI: grain, days, whose facts, by which definition, as of when. All may be left out."""

    grain = forms.ChoiceField(choices=Grain.choices, required=False)
    first_on = forms.DateField(label=_("From"), required=False, widget=DayInput())
    last_on = forms.DateField(label=_("To"), required=False, widget=DayInput())
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All teams")
    )
    member = forms.ModelChoiceField(
        label=_("Member"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Everybody"),
        widget=PeoplePicker,
    )
    view = forms.ChoiceField(
        choices=[(name, name) for name in ("team", "member", "label", "restatements", "proof")],
        required=False,
    )
    label = forms.CharField(label=_("Label"), required=False, max_length=100)
    by = forms.ChoiceField(choices=[(each.value, each.value) for each in By], required=False)
    compare = forms.ChoiceField(label=_("Compare with"), choices=COMPARISONS, required=False)
    as_of = forms.DateField(label=_("As published on"), required=False, widget=DayInput())
    definition = forms.IntegerField(label=_("Definition"), min_value=1, max_value=32_767, required=False)

    def __init__(self, data: Any, *, actor: Membership) -> None:
        super().__init__(data)
        self.zone = actor.organization.zone
        self.today = today(actor.organization)
        self.fields["team"].queryset = teams(actor)  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["member"].queryset = assignable_members(actor)  # type: ignore[attr-defined] # as well

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
    def as_of_moment(self) -> datetime | None:
        """The end of the day asked for, or now where that is not yet; None asks for the present."""
        day: date | None = self.cleaned_data["as_of"]
        if day is None or day >= timezone.localdate(timezone=self.zone):
            return timezone.now() if day else None
        return midnight_after(day, self.zone)

    @property
    def narrowing(self) -> dict[str, Any]:
        """Whose facts, as the selectors call it."""
        team, member = self.cleaned_data["team"], self.cleaned_data["member"]
        return {
            "team_id": team.pk if team else None,
            "member_id": member.pk if member else None,
            "label": self.cleaned_data["label"],
        }

    @property
    def is_plain(self) -> bool:
        """Whether the KPI is shown as it is for everybody now: only then a forecast belongs beside it."""
        asked = ("team", "member", "label", "as_of", "definition", "compare")
        return not any(self.cleaned_data[name] for name in asked)

    @property
    def compared(self) -> Compare | None:
        """What each period is compared with; weekdays only where the periods are days."""
        chosen = self.cleaned_data["compare"]
        if not chosen or (chosen == Compare.WEEKDAY.value and self.grain_asked != Grain.DAY):
            return None
        return Compare(chosen)

    @property
    def compared_name(self) -> str:
        """The name of what each period is compared with; empty where nothing is."""
        return str(dict(COMPARISONS)[self.compared.value]) if self.compared else ""

    @property
    def comparisons(self) -> list[tuple[str, Any]]:
        """What can be chosen to compare with; weekdays only for days."""
        return [
            choice
            for choice in COMPARISONS
            if choice[0] != Compare.WEEKDAY.value or self.grain_asked == Grain.DAY
        ]

    @property
    def narrows_further(self) -> bool:
        """Whether one of the less common questions is asked."""
        return any(self.cleaned_data[name] for name in ("member", "label", "as_of", "definition"))

    def refuse_if_invalid(self) -> None:
        """InvalidInput with the names of the address, where something cannot be."""
        if not self.is_valid():
            problems = self.errors.get_json_data()
            raise InvalidInput(
                {
                    self.add_prefix(name): [each["message"] for each in found]
                    for name, found in problems.items()
                }
            )
