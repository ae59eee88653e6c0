"""The REST doors to customers and themes."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.resources import Collection, Single, versioned
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
        given = CustomerInput(data=request.data)
        given.is_valid(raise_exception=True)
        customer = services.create_customer(by=acting(request), **given.validated_data)
        location = reverse("feedback-api:customer", args=[customer.pk])
        return versioned(CustomerOutput(customer), customer.version, status=201, location=location)


class CustomerResource(Single):
    """One customer."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE}
    output = CustomerOutput

    @extend_schema(operation_id="customers_read", responses=CustomerOutput)
    def get(self, request: Request, customer_id: int) -> HttpResponse:
        """Read a customer."""
        return self.shown(request, selectors.found(selectors.customers(acting(request)), customer_id))

    @extend_schema(operation_id="customers_change", request=CustomerInput, responses=CustomerOutput)
    def patch(self, request: Request, customer_id: int) -> Response:
        """Change a customer; needs If-Match."""
        version = expected_version(request)
        given = CustomerInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        customer = services.edit_customer(
            by=acting(request), customer_id=customer_id, version=version, **given.validated_data
        )
        return versioned(CustomerOutput(customer), customer.version)


class ThemeCollection(Collection):
    """The themes of the organization."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = ThemeFilter
    output = ThemeOutput
    model = Theme

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
        given = ThemeInput(data=request.data)
        given.is_valid(raise_exception=True)
        theme = services.create_theme(by=acting(request), **given.validated_data)
        location = reverse("feedback-api:theme", args=[theme.pk])
        return versioned(ThemeOutput(theme), theme.version, status=201, location=location)


class ThemeResource(Single):
    """One theme."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE}
    output = ThemeOutput

    @extend_schema(operation_id="themes_read", responses=ThemeOutput)
    def get(self, request: Request, theme_id: int) -> HttpResponse:
        """Read a theme."""
        return self.shown(request, selectors.found(selectors.themes(acting(request)), theme_id))

    @extend_schema(operation_id="themes_change", request=NamesInput, responses=ThemeOutput)
    def patch(self, request: Request, theme_id: int) -> Response:
        """Change a theme; needs If-Match."""
        version = expected_version(request)
        given = NamesInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        theme = services.edit_theme(
            by=acting(request), theme_id=theme_id, version=version, **given.validated_data
        )
        return versioned(ThemeOutput(theme), theme.version)
