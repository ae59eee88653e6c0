"""How lists of the notifications API are narrowed."""

import django_filters

from notifications.choices import Channel, ChatKind, Rule, State
from notifications.models import ChatChannel, Delivery, InboxItem, WebhookDelivery, WebhookEndpoint


class InboxFilter(django_filters.FilterSet):
    """By whether it was read."""

    is_unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = InboxItem
        fields: list[str] = []


class RoomFilter(django_filters.FilterSet):
    """By service, and by whether something is posted there. Unknown values are refused."""

    kind = django_filters.ChoiceFilter(choices=ChatKind.choices)
    is_enabled = django_filters.BooleanFilter()

    class Meta:
        model = ChatChannel
        fields: list[str] = []


class DeliveryFilter(django_filters.FilterSet):
    """By state, channel and rule, as the page does. Unknown values are refused."""

    state = django_filters.ChoiceFilter(choices=State.choices)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    rule = django_filters.ChoiceFilter(choices=Rule.choices)

    class Meta:
        model = Delivery
        fields: list[str] = []


class WebhookFilter(django_filters.FilterSet):
    """By whether it is switched on."""

    is_enabled = django_filters.BooleanFilter(field_name="disabled_at", lookup_expr="isnull")

    class Meta:
        model = WebhookEndpoint
        fields: list[str] = []


class WebhookDeliveryFilter(django_filters.FilterSet):
    """By state and type. Unknown values are refused."""

    state = django_filters.ChoiceFilter(choices=State.choices)
    type = django_filters.CharFilter(field_name="verb", max_length=60)

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []
