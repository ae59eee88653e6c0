"""The REST doors to one's own inbox and preferences."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import still_as_read
from common.api.inputs import read_body
from common.api.resources import Collection, answer_alone, told_with_digest
from notifications import selectors, services
from notifications.filters import InboxFilter
from notifications.models import InboxItem, Preference
from notifications.selectors.timing import timing_table
from notifications.serializers.inbox import (
    InboxItemOutput,
    PreferencesInput,
    PreferencesOutput,
    ReadCountOutput,
)
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership


class InboxCollection(Collection):
    """The messages of the token's member."""

    scopes = {"GET": Scope.INBOX_READ}
    filterset_class = InboxFilter
    output = InboxItemOutput
    model = InboxItem

    def rows(self, actor: Membership) -> QuerySet[InboxItem]:
        """The member's own, newest first."""
        return selectors.inbox_of(actor)

    @extend_schema(operation_id="inbox_list", responses=InboxItemOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List the messages of the own inbox."""
        return self.listed(request)


class InboxReading(APIView):
    """That the whole inbox is read."""

    scopes = {"POST": Scope.INBOX_WRITE}

    @extend_schema(operation_id="inbox_read_all", request=None, responses=ReadCountOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Mark every message read."""
        return Response({"read": services.mark_all_read(by=acting(request))})


class InboxItemReading(APIView):
    """That one message is read."""

    scopes = {"POST": Scope.INBOX_WRITE, "DELETE": Scope.INBOX_WRITE}

    @extend_schema(operation_id="inbox_read", request=None, responses=InboxItemOutput)
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Mark a message read; again changes nothing."""
        item = services.mark(by=acting(request), item_id=item_id, is_read=True)
        return Response(InboxItemOutput(item).data)

    @extend_schema(operation_id="inbox_unread", responses={200: InboxItemOutput})
    def delete(self, request: Request, item_id: int) -> Response:
        """Mark a message unread."""
        item = services.mark(by=acting(request), item_id=item_id, is_read=False)
        return Response(InboxItemOutput(item).data)


class NotificationPreferences(APIView):
    """What the token's member is told, where and when."""

    scopes = {"GET": Scope.INBOX_READ, "PATCH": Scope.INBOX_WRITE}

    @extend_schema(operation_id="notification_preferences_read", responses=PreferencesOutput)
    def get(self, request: Request) -> HttpResponse:
        """Read the own preferences."""
        return answer_alone(request, _shown(acting(request)))

    @extend_schema(
        operation_id="notification_preferences_change", request=PreferencesInput, responses=PreferencesOutput
    )
    def patch(self, request: Request) -> Response:
        """Change some of the own preferences; they hold for messages that wait, too."""
        actor, hours = acting(request), read_body(PreferencesInput, request, partial=True)
        timings = {(entry["rule"], entry["channel"]): entry["timing"] for entry in hours.pop("timings", ())}
        mine = Preference.objects.visible_to(actor).filter(membership=actor)
        rows = (Membership.objects.filter(pk=actor.pk), mine)
        with still_as_read(request, lambda: _shown(actor), *rows):
            services.set_preferences(by=actor, timings=timings, **hours)
            return told_with_digest(_shown(actor))


def _shown(actor: Membership) -> Any:
    return PreferencesOutput(_preferences(actor)).data


def _preferences(actor: Membership) -> dict[str, Any]:
    chosen = selectors.preference_of(actor)
    wishes = selectors.wishes_of([actor.pk])[actor.pk]
    return {
        "time_zone": chosen.time_zone,
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "digest_hour": chosen.digest_hour,
        "timings": [
            {"rule": rule.value, "channel": channel.value, "timing": timing.value}
            for rule, timings in timing_table(wishes)
            for channel, timing in timings.items()
        ],
    }
