"""The REST doors to the organization's own roles."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single
from people import selectors, services
from people.access import acting, idempotent, refuse_unless
from people.choices import Permission, Scope
from people.models import CustomRole, Membership
from people.serializers import CustomRoleInput, CustomRoleOutput


class RoleCollection(Collection):
    """The organization's own roles."""

    scopes = {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE}
    output = CustomRoleOutput
    model = CustomRole
    address = "people-api:role"

    def rows(self, actor: Membership) -> QuerySet[CustomRole]:
        """All of them, for whoever manages people."""
        refuse_unless(actor, Permission.PEOPLE_MANAGE)
        return selectors.roles(actor)

    @extend_schema(operation_id="roles_list", responses=CustomRoleOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List the organization's own roles; the built-in ones are the same everywhere."""
        return self.listed(request)

    @extend_schema(operation_id="roles_create", request=CustomRoleInput, responses={201: CustomRoleOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a role out of permissions that you hold yourself."""
        given = read_body(CustomRoleInput, request)
        return self.created(services.create_role(by=acting(request), **{"permissions": [], **given}))


class RoleResource(Single):
    """One of the organization's own roles."""

    scopes = {"GET": Scope.PEOPLE_READ, "PATCH": Scope.PEOPLE_WRITE, "DELETE": Scope.PEOPLE_WRITE}
    output = CustomRoleOutput

    @extend_schema(operation_id="roles_read", responses=CustomRoleOutput)
    def get(self, request: Request, role_id: int) -> HttpResponse:
        """Read a role."""
        actor = acting(request)
        refuse_unless(actor, Permission.PEOPLE_MANAGE)
        return self.shown(request, selectors.get_role(actor, role_id))

    @extend_schema(operation_id="roles_change", request=CustomRoleInput, responses=CustomRoleOutput)
    def patch(self, request: Request, role_id: int) -> Response:
        """Change a role's names or permissions, for all who hold it, from their next request on; needs If-Match."""
        version = expected_version(request)
        changes = read_body(CustomRoleInput, request, partial=True)
        return self.changed(
            services.edit_role(by=acting(request), role_id=role_id, version=version, **changes)
        )

    @extend_schema(operation_id="roles_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, role_id: int) -> Response:
        """Delete a role; needs If-Match. Refused (409) while members or open invitations hold it."""
        version = expected_version(request)
        services.delete_role(by=acting(request), role_id=role_id, version=version)
        return Response(status=204)
