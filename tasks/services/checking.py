"""What every write of a task checks first."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible
from goals.models import Goal
from people.models import Membership, Team
from people.selectors import unknown_links
from tasks.models import Project, Task

DESCRIPTION_LIMIT = 50_000
LINKS: dict[str, type[models.Model]] = {
    "assignee_id": Membership,
    "team_id": Team,
    "project_id": Project,
    "goal_id": Goal,
}


def locked_task(by: Membership, task_id: int) -> Task:
    """The task, locked until the transaction ends; refuses one that `by` cannot see."""
    task: Task | None = Task.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=task_id).first()
    if task is None:
        raise NotVisible
    return task


def refuse_unknown_links(organization_id: int, links: Mapping[str, Any]) -> None:
    """Refuses rows of another organization, and members who left, in the words for rows that do not exist."""
    wrong = unknown_links(organization_id, LINKS, links)
    if wrong:
        raise InvalidInput(wrong)


def rows_elsewhere(organization_id: int, model: type[models.Model], ids: Collection[int]) -> set[int]:
    """Those of `ids` that are no rows of the organization. One query."""
    rows = model._default_manager.filter(organization_id=organization_id, pk__in=ids)
    return set(ids) - set(rows.values_list("pk", flat=True))


def refuse_wrong_fields(task: Task, fields: Collection[str]) -> None:
    """Refuses a blank title, texts that are too long, values outside the closed lists and a time without a day."""
    if task.due_time is not None and task.due_on is None:
        raise InvalidInput({"due_time": [_("Say the day as well.")]})
    if len(task.description) > DESCRIPTION_LIMIT:
        sentence = _("Keep the description below %(limit)s characters.") % {"limit": DESCRIPTION_LIMIT}
        raise InvalidInput({"description": [sentence]})
    unchecked = {field.name for field in task._meta.fields} - set(fields)
    try:
        task.clean_fields(exclude=unchecked | {"assignee", "team", "project", "goal"})
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
