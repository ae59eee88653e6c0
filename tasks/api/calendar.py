"""The REST doors to the days on which the organization works."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import still_as_read
from common.api.inputs import read_body
from common.api.query import read_query
from common.api.resources import (
    Collection,
    SingleByDigest,
    answer_alone,
    answer_with_digest,
    new_row,
    told_with_digest,
)
from people.access import acting, idempotent, refuse_unless
from people.choices import Permission, Scope
from people.models import Membership, Organization
from tasks import selectors, services
from tasks.filters import SpecialDayFilter, WorkingDaysFilter
from tasks.models import SpecialDay, WorkCalendar
from tasks.serializers import (
    CalendarOutput,
    CalendarPatch,
    SpecialDayInput,
    SpecialDayOutput,
    WorkingDayOutput,
)
from tasks.workdays import Workdays, workdays_of

USUAL_DAYS = 28
SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day; today unless told."),
    OpenApiParameter("days", int, description="How many days, 1 to 366; 28 unless told."),
]


class CalendarResource(APIView):
    """The calendar of the organization."""

    scopes = {"GET": Scope.REMINDERS_READ, "PATCH": Scope.REMINDERS_WRITE}

    @extend_schema(operation_id="work_calendar_read", responses=CalendarOutput)
    def get(self, request: Request) -> HttpResponse:
        """Read whose public holidays the organization keeps, and its weekly days of rest."""
        return answer_alone(request, _told(acting(request)))

    @extend_schema(operation_id="work_calendar_change", request=CalendarPatch, responses=CalendarOutput)
    def patch(self, request: Request) -> Response:
        """Change the calendar."""
        actor, changes = acting(request), read_body(CalendarPatch, request, partial=True)
        rows = (Organization.objects.filter(pk=actor.organization_id), WorkCalendar.objects.visible_to(actor))
        with still_as_read(request, lambda: _told(actor), *rows):
            services.set_work_calendar(by=actor, **{**_shown(_calendar(actor)), **changes})
            return told_with_digest(_told(actor))


class WorkingDays(APIView):
    """On which days the organization works."""

    scopes = {"GET": Scope.REMINDERS_READ}

    @extend_schema(operation_id="working_days_list", parameters=SPAN, responses=WorkingDayOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List days and whether each is worked, by week, public holidays, 调休 and the organization's own days."""
        given, actor = read_query(request, WorkingDaysFilter), acting(request)
        calendar = _calendar(actor)
        first = given["from"] or selectors.local_day(actor)
        until_the_last = (date.max - first).days + 1
        days = [
            first + timedelta(days=number)
            for number in range(min(given["days"] or USUAL_DAYS, until_the_last))
        ]
        rows = [{"on": day, "is_working": calendar.is_working(day)} for day in days]
        return answer_with_digest(request, WorkingDayOutput(rows, many=True).data)


class SpecialDayCollection(Collection):
    """The days that differ from the calendar."""

    scopes = {"GET": Scope.REMINDERS_READ, "POST": Scope.REMINDERS_WRITE}
    filterset_class = SpecialDayFilter
    output = SpecialDayOutput
    model = SpecialDay

    def rows(self, actor: Membership) -> QuerySet[SpecialDay]:
        """All of them."""
        refuse_unless(actor, Permission.REMINDERS_MANAGE)
        return SpecialDay.objects.visible_to(actor)

    @extend_schema(operation_id="special_days_list", responses=SpecialDayOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List the organization's own days, worked or free, whatever the calendar says."""
        return self.listed(request)

    @extend_schema(
        operation_id="special_days_set",
        request=SpecialDayInput,
        responses={200: SpecialDayOutput, 201: SpecialDayOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Say that a day is free or worked; the same day again is changed (200)."""
        day, is_new = services.set_special_day(by=acting(request), **read_body(SpecialDayInput, request))
        return new_row(SpecialDayOutput(day), "tasks-api:special-day", day.pk, is_new=is_new)


class SpecialDayResource(SingleByDigest):
    """One such day."""

    scopes = {"GET": Scope.REMINDERS_READ, "DELETE": Scope.REMINDERS_WRITE}
    output = SpecialDayOutput

    @extend_schema(operation_id="special_days_read", responses=SpecialDayOutput)
    def get(self, request: Request, day_id: int) -> HttpResponse:
        """Read one such day."""
        return self.shown(request, _special_day(acting(request), day_id))

    @extend_schema(
        operation_id="special_days_remove", responses={204: OpenApiResponse(description="Removed.")}
    )
    def delete(self, request: Request, day_id: int) -> Response:
        """Let the calendar decide about that day again."""
        actor = acting(request)
        day = SpecialDay.objects.visible_to(actor).filter(pk=day_id)
        with self.holding(request, lambda: _special_day(actor, day_id), day):
            services.remove_special_day(by=actor, day_id=day_id)
        return Response(status=204)


def _special_day(actor: Membership, day_id: int) -> SpecialDay:
    refuse_unless(actor, Permission.REMINDERS_MANAGE)
    return selectors.get_special_day(actor, day_id)


def _told(actor: Membership) -> Any:
    return CalendarOutput(_shown(_calendar(actor))).data


def _calendar(actor: Membership) -> Workdays:
    refuse_unless(actor, Permission.REMINDERS_MANAGE)
    return workdays_of(actor.organization)


def _shown(calendar: Workdays) -> dict[str, Any]:
    return {
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "rest_days": sorted(calendar.rest_days),
    }
