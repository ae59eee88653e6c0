"""How a list of feedback is narrowed; pages and API share the rules."""

from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import OwnedQuerySet
from common.search import found_by, matches
from feedback.choices import OPEN, Channel, Kind, Status, SurveyKind
from feedback.models import Customer, FeedbackItem, Invitation, Response, Survey, Theme
from feedback.selectors import customers, surveys, themes, unanswered
from people.filters import OfEveryTeam, TeamFilterWithParts, WorkFilter, numbered, reader, rows_of
from people.forms.picking import PeoplePicker
from people.models import Membership, Team
from people.selectors import teams
from tasks.selectors import assignees

Items = OwnedQuerySet[FeedbackItem]
ANY = pgettext_lazy("in a filter", "Any")
STATES = [("open", _("Open")), ("resolved", _("Resolved"))]
ORDERS = {"newest": ("-opened_at", "-id"), "due": ("reply_due_at", "id")}
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CustomerFilter(django_filters.FilterSet):
    """By the beginning of the name, the address, and the id in the client's own system."""

    name = django_filters.CharFilter(lookup_expr="istartswith", max_length=200)
    email = django_filters.CharFilter(lookup_expr="iexact", max_length=254)
    external_id = django_filters.CharFilter(max_length=200)

    class Meta:
        model = Customer
        fields: list[str] = []


class ThemeFilter(django_filters.FilterSet):
    """By key."""

    key = django_filters.CharFilter(max_length=60)

    class Meta:
        model = Theme
        fields: list[str] = []


class SurveyFilter(django_filters.FilterSet):
    """By key and kind."""

    key = django_filters.CharFilter(max_length=60)
    kind = django_filters.ChoiceFilter(choices=SurveyKind.choices)

    class Meta:
        model = Survey
        fields: list[str] = []


class AskedFilter(django_filters.FilterSet):
    """What answers and invitations share: survey, customer, team and item."""

    survey = django_filters.ModelChoiceFilter(queryset=rows_of(Survey, surveys))
    customer = django_filters.ModelChoiceFilter(queryset=rows_of(Customer, customers))
    team = django_filters.ModelChoiceFilter(
        queryset=rows_of(Team, teams), null_label="none", null_value="none"
    )


class ResponseFilter(AskedFilter):
    """By what was asked, score and time."""

    score = django_filters.NumberFilter()
    answered_after = django_filters.IsoDateTimeFilter(field_name="answered_at", lookup_expr="gte")
    answered_before = django_filters.IsoDateTimeFilter(field_name="answered_at", lookup_expr="lt")

    class Meta:
        model = Response
        fields: list[str] = []


class InvitationFilter(AskedFilter):
    """By what was asked, whether it was answered, and time."""

    is_answered = django_filters.BooleanFilter(field_name="response", lookup_expr="isnull", exclude=True)
    invited_after = django_filters.IsoDateTimeFilter(field_name="invited_at", lookup_expr="gte")
    invited_before = django_filters.IsoDateTimeFilter(field_name="invited_at", lookup_expr="lt")

    class Meta:
        model = Invitation
        fields: list[str] = []


class ItemFilter(WorkFilter):
    """`assignee=me` is the reader; `none` finds what nobody or no theme has. Unknown values are refused."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=ANY, method="by_state")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices, empty_label=ANY)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=ANY)
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"),
        queryset=rows_of(Theme, themes),
        empty_label=ANY,
        null_label=_("No theme"),
        null_value="none",
    )
    team = TeamFilterWithParts(
        label=_("Team"),
        queryset=rows_of(Team, teams),
        empty_label=ANY,
        null_label=_("No team"),
        null_value="none",
    )
    assignee = django_filters.ModelChoiceFilter(
        label=_("Assignee"),
        queryset=rows_of(Membership, assignees),
        empty_label=ANY,
        null_label=_("Nobody"),
        null_value="none",
        widget=PeoplePicker,
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=ANY)
    customer = django_filters.ModelChoiceFilter(
        label=_("Customer"), queryset=rows_of(Customer, customers), widget=forms.HiddenInput
    )
    opened_after = django_filters.DateFilter(label=_("Opened from"), method="from_day", widget=DATE)
    opened_before = django_filters.DateFilter(label=_("Opened until"), method="until_day", widget=DATE)
    overdue = django_filters.BooleanFilter(
        label=_("Reply overdue"),
        method="only_overdue",
        widget=forms.CheckboxInput(attrs={"value": "true"}),
    )

    class Meta:
        model = FeedbackItem
        fields: list[str] = []

    def search(self, items: Items, name: str, value: str) -> Items:
        """Text or customer's name holds the words, or the number or the source's own id is exactly that."""
        plainly = matches(value, "subject", "body") | matches(value, "customer__name") | numbered(value)
        return items.filter(found_by("feedback_found", value, plainly))

    def by_state(self, items: Items, name: str, value: str) -> Items:
        """Open: not resolved."""
        return items.filter(status__in=OPEN if value == "open" else [Status.RESOLVED])

    def from_day(self, items: Items, name: str, value: date) -> Items:
        """Opened on this local day of the organization or later."""
        return items.filter(opened_at__gte=self._midnight(value))

    def until_day(self, items: Items, name: str, value: date) -> Items:
        """Opened on this local day of the organization or earlier."""
        if value.year == MAXYEAR:
            return items
        return items.filter(opened_at__lt=self._midnight(value + timedelta(days=1)))

    def only_overdue(self, items: Items, name: str, value: bool) -> Items:
        """Open, without a reply, and past the time it was due; false changes nothing."""
        return unanswered(items).filter(reply_due_at__lt=timezone.now()) if value else items

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, reader(self.request).organization.zone)


def page_defaults(query: QueryDict) -> dict[str, str]:
    """What the page shows where its address is silent: open items, newest first.

    Where resolved ones are asked for, all; where overdue ones are, the longest overdue first.
    """
    return {
        "state": "all" if query.get("status") == Status.RESOLVED else "open",
        "order": "due" if query.get("overdue") else "newest",
    }


class ItemPageFilter(OfEveryTeam, ItemFilter):
    """The filter of the page: open items, newest first, unless the address says otherwise."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[*STATES, ("all", _("All"))], method="by_state", empty_label=None
    )
    order = django_filters.ChoiceFilter(
        label=_("Order"),
        choices=[("newest", _("Newest first")), ("due", _("Reply due first"))],
        method="in_order",
        empty_label=None,
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        data = QueryDict(mutable=True) if data is None else data.copy()
        for name, value in page_defaults(data).items():
            data.setdefault(name, value)
        super().__init__(data, *args, **kwargs)

    def by_state(self, items: Items, name: str, value: str) -> Items:
        """As for the API, and `all`."""
        return items if value == "all" else super().by_state(items, name, value)

    def in_order(self, items: Items, name: str, value: str) -> Items:
        """Newest first, or by the time the first reply is due."""
        return items.order_by(*ORDERS[value])
