"""Projects: bodies of work that tasks belong to."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InUse, InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from people.models import Membership, Team
from people.selectors import unknown_links
from tasks.models import Project
from tasks.permissions import can_change_projects, can_delete_projects

FIELDS = ("name_en", "name_zh", "team_id")


@transaction.atomic
def create_project(
    *, by: Membership, key: str, name_en: str = "", name_zh: str = "", team_id: int | None = None
) -> Project:
    """A project with a key of its own. Refuses a known key, no name, and a team from elsewhere."""
    if not can_change_projects(by):
        raise NotAllowed
    project = Project(
        organization_id=by.organization_id,
        key=key,
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
        team_id=team_id,
    )
    problems = _problems(project)
    if Project.objects.visible_to(by).filter(key=key).exists():
        problems["key"] = [_("Another project of your organization has this key.")]
    if problems:
        raise InvalidInput(problems)
    project.save()
    record("project.created", subject=project, organization_id=project.organization_id, by=by, key=key)
    return project


@transaction.atomic
def edit_project(*, by: Membership, project_id: int, version: int | None, **changes: Any) -> Project:
    """The project has this name and team; no difference, no change. Refuses an old version."""
    project = _locked(by, project_id)
    if not can_change_projects(by):
        raise NotAllowed
    if version is not None and project.version != version:
        raise StaleVersion
    changed = [name for name in FIELDS if name in changes and getattr(project, name) != changes[name]]
    for name in changed:
        setattr(project, name, changes[name])
    if problems := _problems(project):
        raise InvalidInput(problems)
    if changed:
        project.version += 1
        project.save(update_fields=[*changed, "version", "updated_at"])
        record(
            "project.edited",
            subject=project,
            organization_id=project.organization_id,
            by=by,
            fields=",".join(changed),
        )
    return project


@transaction.atomic
def delete_project(*, by: Membership, project_id: int, version: int | None) -> None:
    """The project is gone. Refuses who may not delete tasks, an old version, and a project that has tasks."""
    project = _locked(by, project_id)
    if not can_delete_projects(by):
        raise NotAllowed
    if version is not None and project.version != version:
        raise StaleVersion
    if held := project.tasks.count():
        raise InUse({_("tasks"): held})
    record(
        "project.deleted", subject=project, organization_id=project.organization_id, by=by, key=project.key
    )
    project.delete()


def _locked(by: Membership, project_id: int) -> Project:
    project = Project.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=project_id).first()
    if project is None:
        raise NotVisible
    return project


def _problems(project: Project) -> dict[str, list[Sentence]]:
    problems = unknown_links(project.organization_id, {"team_id": Team}, {"team_id": project.team_id})
    if not project.name_en and not project.name_zh:
        problems["name_en"] = [_("Give it a name in English, in Chinese, or in both.")]
    return problems
