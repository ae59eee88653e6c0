"""A project goes when no task belongs to it."""

import pytest

from activity.models import Event
from common.errors import InUse, NotAllowed, StaleVersion
from tasks import services
from tasks.models import Project
from tests.api.conftest import ApiClient
from tests.conftest import Cast


def test_a_project_without_tasks_goes_and_one_with_tasks_says_how_many(cast: Cast) -> None:
    project = services.create_project(by=cast.ben, key="P", name_en="Project")
    task = services.create_task(by=cast.ben, title="Task", project_id=project.pk)
    with pytest.raises(InUse, match="tasks: 1"):
        services.delete_project(by=cast.ana, project_id=project.pk, version=1)
    with pytest.raises(NotAllowed):
        services.delete_project(by=cast.ben, project_id=project.pk, version=1)
    services.delete_task(by=cast.ana, task_id=task.pk, version=None)
    with pytest.raises(StaleVersion):
        services.delete_project(by=cast.ana, project_id=project.pk, version=2)
    assert Project.objects.filter(pk=project.pk).exists()
    services.delete_project(by=cast.ana, project_id=project.pk, version=1)
    assert not Project.objects.filter(pk=project.pk).exists()
    assert Event.objects.latest("id").verb == "project.deleted"


def test_the_api_deletes_a_project(cast: Cast) -> None:
    project = services.create_project(by=cast.ben, key="P", name_en="Project")
    api = ApiClient(cast.ana)
    place = f"/api/v1/projects/{project.pk}/"
    assert api.send("DELETE", place, If_Match='"v7"').status_code == 412
    assert api.send("DELETE", place, If_Match='"v1"').status_code == 204
    assert api.send("DELETE", place, If_Match="*").status_code == 404
