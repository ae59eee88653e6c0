"""The REST door to the event log."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from activity.filters import EventFilter
from activity.models import Event
from activity.permissions import can_read_audit
from activity.selectors import Asked, audit_log
from activity.serializers import EventOutput
from common.api.resources import Collection
from common.errors import NotAllowed
from people.access import acting
from people.choices import Scope
from people.models import Membership


class EventCollection(Collection):
    """Everything that happened in the organization."""

    scopes = {"GET": Scope.AUDIT_READ}
    filterset_class = EventFilter
    output = EventOutput
    model = Event

    def rows(self, actor: Membership) -> QuerySet[Event]:
        """All events with the people who did them."""
        return audit_log(actor, Asked())

    @extend_schema(operation_id="events_list", responses=EventOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List what happened: who did what to which row, when. For whoever may read the audit log."""
        if not can_read_audit(acting(request)):
            raise NotAllowed
        return self.listed(request)
