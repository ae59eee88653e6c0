"""The REST doors to projects."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.resources import Collection, Single, versioned
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
        given = ProjectInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        made = services.create_project(by=actor, **given.validated_data)
        project = selectors.get_project(actor, made.pk)
        location = reverse("tasks-api:project", args=[project.pk])
        return versioned(ProjectOutput(project), project.version, status=201, location=location)


class ProjectResource(Single):
    """One project."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE}
    output = ProjectOutput

    @extend_schema(operation_id="projects_read", responses=ProjectOutput)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Read a project."""
        return self.shown(request, selectors.get_project(acting(request), project_id))

    @extend_schema(operation_id="projects_change", request=ProjectPatch, responses=ProjectOutput)
    def patch(self, request: Request, project_id: int) -> Response:
        """Change a project's name or team; needs If-Match."""
        version = expected_version(request)
        given = ProjectPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        services.edit_project(by=actor, project_id=project_id, version=version, **given.validated_data)
        project = selectors.get_project(actor, project_id)
        return versioned(ProjectOutput(project), project.version)
