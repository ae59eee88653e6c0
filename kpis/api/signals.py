"""The REST doors to signals."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version, version_if_named
from common.api.inputs import read_body
from common.api.resources import Collection, Single, versioned
from kpis import selectors, services
from kpis.filters import SignalFilter
from kpis.models import Signal
from kpis.serializers import AcknowledgementInput, ClosureInput, SignalOutput, ending_of
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership


class SignalCollection(Collection):
    """The signals of the organization."""

    scopes = {"GET": Scope.KPIS_READ}
    filterset_class = SignalFilter
    output = SignalOutput
    model = Signal

    def rows(self, actor: Membership) -> QuerySet[Signal]:
        """Open and closed ones."""
        return selectors.signals(actor, only_open=False)

    @extend_schema(operation_id="signals_list", responses=SignalOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """KPIs that left their limits and are to be decided on; `state=all` shows the closed ones too."""
        return self.listed(request)


class SignalResource(Single):
    """One signal."""

    scopes = {"GET": Scope.KPIS_READ}
    output = SignalOutput

    @extend_schema(operation_id="signals_read", responses=SignalOutput)
    def get(self, request: Request, signal_id: int) -> HttpResponse:
        """Read a signal, open or closed."""
        return self.shown(request, selectors.get_signal(acting(request), signal_id))


class SignalAcknowledgement(APIView):
    """That somebody looks after a signal."""

    scopes = {"POST": Scope.KPIS_WRITE}

    @extend_schema(operation_id="signals_acknowledge", request=AcknowledgementInput, responses=SignalOutput)
    @idempotent
    def post(self, request: Request, signal_id: int) -> Response:
        """The token's member looks after the signal from now on."""
        version = version_if_named(request)
        given = read_body(AcknowledgementInput, request)
        actor = acting(request)
        services.acknowledge_signal(actor, signal_id=signal_id, version=version, comment=given["comment"])
        return _answer(selectors.get_signal(actor, signal_id))


class SignalClosure(APIView):
    """The end of a signal."""

    scopes = {"POST": Scope.KPIS_WRITE}

    @extend_schema(operation_id="signals_close", request=ClosureInput, responses=SignalOutput)
    @idempotent
    def post(self, request: Request, signal_id: int) -> Response:
        """Close the signal for good; needs If-Match."""
        version = expected_version(request)
        given = read_body(ClosureInput, request)
        actor = acting(request)
        services.close_signal(actor, signal_id=signal_id, version=version, **ending_of(given))
        return _answer(selectors.get_signal(actor, signal_id))


def _answer(signal: Signal) -> Response:
    return versioned(SignalOutput(signal), signal.version)
