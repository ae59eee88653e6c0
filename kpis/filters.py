"""The typed query parameters of a series."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.choices import Grain

DEFAULT_DAYS = {
    Grain.HOUR: 2,
    Grain.DAY: 28,
    Grain.WEEK: 12 * 7,
    Grain.MONTH: 365,
    Grain.QUARTER: 2 * 365,
    Grain.YEAR: 5 * 365,
}
LARGEST_ID = 2**63 - 1


class SeriesFilter(forms.Form):
    """`?grain=day|week|month&from=&to=&team=`; without days, a usual stretch that ends today."""

    grain = forms.ChoiceField(choices=Grain.choices, required=False, label=_("Period"))
    to = forms.DateField(input_formats=["%Y-%m-%d"], required=False, label=_("To"))
    team = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, label=_("Team"))
    # `from` is a word of the language, so the field cannot be written as an attribute.
    vars()["from"] = forms.DateField(input_formats=["%Y-%m-%d"], required=False, label=_("From"))


def span(given: dict[str, date | None], grain: Grain, today: date) -> tuple[date, date]:
    """The first and last day asked for."""
    last = given["to"] or today
    return given["from"] or last - timedelta(days=DEFAULT_DAYS[grain] - 1), last
