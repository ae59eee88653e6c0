"""Small views in a URL configuration of their own: the frame is tested without any resource."""

import threading
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version, not_modified, version_etag, with_etag
from common.errors import InvalidInput, StaleVersion
from people.access import ANY_SCOPE, acting, idempotent
from people.choices import Scope
from people.models import Team

entered = threading.Event()
leave = threading.Event()


class TeamsView(APIView):
    """Makes a team: an effect that a test can count."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}

    def get(self, request: Request) -> HttpResponse:
        etag = version_etag(Team.objects.count())
        return not_modified(request, etag) or with_etag(Response({"n": Team.objects.count()}), etag)

    @idempotent
    def post(self, request: Request) -> HttpResponse:
        actor = acting(request)
        team = Team.objects.create(organization_id=actor.organization_id, name_en=request.data["name"])
        if request.data["name"] == "slow":
            entered.set()
            leave.wait(10)
        if request.data["name"] == "refused":
            raise InvalidInput({"name": ["no"]})
        if request.data["name"] == "broken":
            raise RuntimeError("a bug")
        return Response({"id": team.pk, "price": 1.10, "zoë": "中"}, status=201, headers={"Location": "/x/"})


class VersionView(APIView):
    """A row at version 3."""

    scopes = {"PATCH": Scope.TASKS_WRITE}

    def patch(self, request: Request) -> Response:
        wanted = expected_version(request)
        if wanted not in {None, 3}:
            raise StaleVersion
        return Response({"wanted": wanted})


class UndeclaredView(APIView):
    """Declares no scope for the method it handles."""

    def get(self, request: Request) -> Response:
        return Response({})


class EchoView(APIView):
    """Gives back what the parser understood."""

    scopes = {"POST": ANY_SCOPE}

    def post(self, request: Request) -> Response:
        return Response({"type": type(request.data).__name__})


def broken(request: Any) -> HttpResponse:
    raise RuntimeError("a bug")


urlpatterns = [
    path("api/v1/teams/", TeamsView.as_view()),
    path("api/v1/version/", VersionView.as_view()),
    path("api/v1/undeclared/", UndeclaredView.as_view()),
    path("api/v1/echo/", EchoView.as_view()),
    path("api/v1/broken/", broken),
]
handler400 = "opsteam.refusals.bad_request"
handler403 = "opsteam.refusals.not_allowed"
handler404 = "opsteam.refusals.not_found"
handler500 = "opsteam.refusals.server_error"
