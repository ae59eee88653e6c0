"""The REST doors to projects."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from tasks import selectors, services
from tasks.filters import ProjectFilter
from tasks.models import Project
from tasks.serializers import ProjectInput, ProjectOutput, ProjectPatch


class ProjectCollection(Collection):
    """The projects of the organization."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}
    filterset_class = ProjectFilter
    output = ProjectOutput
    model = Project
    address = "tasks-api:project"

    def rows(self, actor: Membership) -> QuerySet[Project]:
        """All projects with their teams."""
        return selectors.projects(actor).select_related("team")

    @extend_schema(operation_id="projects_list", responses=ProjectOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List projects."""
        return self.listed(request)

    @extend_schema(operation_id="projects_create", request=ProjectInput, responses={201: ProjectOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a project."""
        actor, given = acting(request), read_body(ProjectInput, request)
        made = services.create_project(by=actor, **given)
        return self.created(selectors.get_project(actor, made.pk))


class ProjectResource(Single):
    """One project."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE, "DELETE": Scope.TASKS_WRITE}
    output = ProjectOutput

    @extend_schema(operation_id="projects_read", responses=ProjectOutput)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Read a project."""
        return self.shown(request, selectors.get_project(acting(request), project_id))

    @extend_schema(operation_id="projects_change", request=ProjectPatch, responses=ProjectOutput)
    def patch(self, request: Request, project_id: int) -> Response:
        """Change a project's name or team; needs If-Match."""
        version = expected_version(request)
        changes = read_body(ProjectPatch, request, partial=True)
        actor = acting(request)
        services.edit_project(by=actor, project_id=project_id, version=version, **changes)
        return self.changed(selectors.get_project(actor, project_id))

    @extend_schema(operation_id="projects_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, project_id: int) -> Response:
        """Delete a project; needs If-Match. Refused (409) while tasks belong to it."""
        version = expected_version(request)
        services.delete_project(by=acting(request), project_id=project_id, version=version)
        return Response(status=204)
