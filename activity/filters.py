"""How the event log is narrowed."""

import django_filters

from activity.models import Event
from activity.registry import verbs
from people.filters import rows_of
from people.models import Membership
from people.selectors import members


class EventFilter(django_filters.FilterSet):
    """By verb, who did it, what it was about, and when. Unknown values are refused."""

    verb = django_filters.ChoiceFilter(choices=lambda: [(verb, verb) for verb in verbs()])
    actor = django_filters.ModelChoiceFilter(queryset=rows_of(Membership, members))
    subject_type = django_filters.CharFilter(max_length=40)
    subject_id = django_filters.NumberFilter(min_value=1, max_value=2**63 - 1, decimal_places=0)
    occurred_after = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = Event
        fields: list[str] = []
