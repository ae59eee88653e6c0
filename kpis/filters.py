"""The typed query parameters of a KPI's numbers."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, DateFilter, FilterSet

from kpis.choices import OPEN_SIGNALS, Grain
from kpis.models import KpiNote, Signal
from kpis.selectors import By, Compare, Consistency

DEFAULT_DAYS = {
    Grain.HOUR: 2,
    Grain.DAY: 28,
    Grain.WEEK: 12 * 7,
    Grain.MONTH: 365,
    Grain.QUARTER: 2 * 365,
    Grain.YEAR: 5 * 365,
}
LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1


class _Moment(forms.Field):
    """A time with an offset; a plus sign that the address turned into a space is one again."""

    def to_python(self, value: str | None) -> datetime | None:
        if not value:
            return None
        try:
            moment = parse_datetime(value.strip().replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2200:
            raise forms.ValidationError(
                _("Send a time with an offset, for example 2026-11-20T08:00:00+08:00.")
            )
        return moment


class SpanFilter(forms.Form):
    """`?from=&to=`; without days, a usual stretch that ends today."""

    to = forms.DateField(input_formats=["%Y-%m-%d"], required=False, label=_("To"))
    # `from` is a word of the language, so the field cannot be written as an attribute.
    vars()["from"] = forms.DateField(input_formats=["%Y-%m-%d"], required=False, label=_("From"))


class RestatementFilter(SpanFilter):
    """A stretch of days, of all or of a team and all below it."""

    team = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, label=_("Team"))


class RowsFilter(RestatementFilter):
    """The facts behind a number: of which days, whose, and of which side of a quotient."""

    member = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    label = forms.CharField(max_length=100, required=False)
    of = forms.ChoiceField(
        choices=[("numerator", "numerator"), ("denominator", "denominator")], required=False
    )
    cursor = forms.CharField(max_length=600, required=False)
    limit = forms.IntegerField(min_value=1, max_value=200, required=False)


class ChangesFilter(forms.Form):
    """Where the reader of the change log stands, and how much of it they want."""

    after = forms.CharField(max_length=200, required=False)
    limit = forms.IntegerField(min_value=1, max_value=1_000, required=False)


class NoteFilter(FilterSet):
    """`?day_after=&day_before=`."""

    day_after = DateFilter(field_name="day", lookup_expr="gte")
    day_before = DateFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = KpiNote
        fields: tuple[str, ...] = ()


class FactsFilter(RestatementFilter):
    """Which facts count, by which definition, as of when."""

    member = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    label = forms.CharField(max_length=100, required=False)
    as_of = _Moment(required=False)
    definition = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, required=False)
    consistency = forms.ChoiceField(
        choices=[(each.value, each.value) for each in Consistency], required=False
    )


class SeriesFilter(FactsFilter):
    """A series: which facts, by which grain, compared with what."""

    grain = forms.ChoiceField(choices=Grain.choices, required=False, label=_("Period"))
    compare = forms.ChoiceField(choices=[(each.value, each.value) for each in Compare], required=False)


class ForecastFilter(forms.Form):
    """A forecast: for periods of which length."""

    grain = forms.ChoiceField(
        choices=[(grain.value, grain.label) for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH)],
        required=False,
        label=_("Period"),
    )


class BreakdownFilter(FactsFilter):
    """A breakdown: which facts, by what."""

    by = forms.ChoiceField(choices=[(each.value, each.value) for each in By], required=False)


class SignalFilter(FilterSet):
    """`?state=open|all&kpi=`; the open ones, where nothing is asked."""

    state = ChoiceFilter(choices=[("open", "open"), ("all", "all")], method="keep_all")
    kpi = CharFilter(field_name="kpi__key", max_length=80)

    class Meta:
        model = Signal
        fields: tuple[str, ...] = ()

    def keep_all(self, rows: QuerySet[Signal], _name: str, _value: str) -> QuerySet[Signal]:
        """What the state narrows is decided where all parameters are known."""
        return rows

    def filter_queryset(self, queryset: QuerySet[Signal]) -> QuerySet[Signal]:
        """Closed signals only where all are asked for."""
        rows: QuerySet[Signal] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") == "all" else rows.filter(state__in=OPEN_SIGNALS)


def span(given: dict[str, date | None], grain: Grain, today: date) -> tuple[date, date]:
    """The first and last day asked for."""
    last = given["to"] or today
    return given["from"] or last - timedelta(days=DEFAULT_DAYS[grain] - 1), last


def facts_asked(given: dict[str, Any]) -> dict[str, Any]:
    """What a selector takes for the parameters of `FactsFilter`."""
    return {
        "team_id": given["team"],
        "member_id": given["member"],
        "label": given["label"],
        "as_of": given["as_of"],
        "definition": given["definition"],
        "consistency": Consistency(given["consistency"] or Consistency.CELLS.value),
    }
