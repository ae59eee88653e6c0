"""The REST doors to customers and themes."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single
from feedback import selectors, services
from feedback.filters import CustomerFilter, ThemeFilter
from feedback.models import Customer, Theme
from feedback.serializers import CustomerInput, CustomerOutput, NamesInput, ThemeInput, ThemeOutput
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership


class CustomerCollection(Collection):
    """The customers of the organization."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = CustomerFilter
    output = CustomerOutput
    model = Customer
    address = "feedback-api:customer"

    def rows(self, actor: Membership) -> QuerySet[Customer]:
        """All customers."""
        return selectors.customers(actor)

    @extend_schema(operation_id="customers_list", responses=CustomerOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List customers."""
        return self.listed(request)

    @extend_schema(operation_id="customers_create", request=CustomerInput, responses={201: CustomerOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a customer."""
        given = read_body(CustomerInput, request)
        return self.created(services.create_customer(by=acting(request), **given))


class CustomerResource(Single):
    """One customer."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE, "DELETE": Scope.FEEDBACK_WRITE}
    output = CustomerOutput

    @extend_schema(operation_id="customers_read", responses=CustomerOutput)
    def get(self, request: Request, customer_id: int) -> HttpResponse:
        """Read a customer."""
        return self.shown(request, selectors.found(selectors.customers(acting(request)), customer_id))

    @extend_schema(operation_id="customers_change", request=CustomerInput, responses=CustomerOutput)
    def patch(self, request: Request, customer_id: int) -> Response:
        """Change a customer; needs If-Match."""
        version = expected_version(request)
        changes = read_body(CustomerInput, request, partial=True)
        return self.changed(
            services.edit_customer(by=acting(request), customer_id=customer_id, version=version, **changes)
        )

    @extend_schema(operation_id="customers_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, customer_id: int) -> Response:
        """Delete a customer; needs If-Match. Refused (409) while feedback or survey answers are of them."""
        version = expected_version(request)
        services.delete_customer(by=acting(request), customer_id=customer_id, version=version)
        return Response(status=204)


class ThemeCollection(Collection):
    """The themes of the organization."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = ThemeFilter
    output = ThemeOutput
    model = Theme
    address = "feedback-api:theme"

    def rows(self, actor: Membership) -> QuerySet[Theme]:
        """All themes."""
        return selectors.themes(actor)

    @extend_schema(operation_id="themes_list", responses=ThemeOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List themes."""
        return self.listed(request)

    @extend_schema(operation_id="themes_create", request=ThemeInput, responses={201: ThemeOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a theme."""
        given = read_body(ThemeInput, request)
        return self.created(services.create_theme(by=acting(request), **given))


class ThemeResource(Single):
    """One theme."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE, "DELETE": Scope.FEEDBACK_WRITE}
    output = ThemeOutput

    @extend_schema(operation_id="themes_read", responses=ThemeOutput)
    def get(self, request: Request, theme_id: int) -> HttpResponse:
        """Read a theme."""
        return self.shown(request, selectors.found(selectors.themes(acting(request)), theme_id))

    @extend_schema(operation_id="themes_change", request=NamesInput, responses=ThemeOutput)
    def patch(self, request: Request, theme_id: int) -> Response:
        """Change a theme; needs If-Match."""
        version = expected_version(request)
        changes = read_body(NamesInput, request, partial=True)
        return self.changed(
            services.edit_theme(by=acting(request), theme_id=theme_id, version=version, **changes)
        )

    @extend_schema(operation_id="themes_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, theme_id: int) -> Response:
        """Delete a theme; needs If-Match. Refused (409) while feedback has it."""
        version = expected_version(request)
        services.delete_theme(by=acting(request), theme_id=theme_id, version=version)
        return Response(status=204)
