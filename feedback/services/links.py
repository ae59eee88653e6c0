"""The arrow from a feedback item to the tasks that answer it."""

from datetime import date

from django.db import transaction

from activity.services import record
from common.errors import InvalidInput
from feedback.models import FeedbackItem, FeedbackTask
from feedback.services.history import locked_item
from people.models import Membership
from people.selectors import NO_SUCH_ROW
from tasks import services as tasks
from tasks.models import Task


@transaction.atomic
def open_task(
    *, by: Membership, item_id: int, title: str, assignee_id: int | None = None, due_on: date | None = None
) -> Task:
    """A new task of the item's team, linked to the item. Refuses viewers and whatever a new task refuses."""
    item = locked_item(by, item_id, answering=True)
    task = tasks.create_task(by=by, title=title, assignee_id=assignee_id, due_on=due_on, team_id=item.team_id)
    _link(item, task, by)
    return task


@transaction.atomic
def link_task(*, by: Membership, item_id: int, task_id: int) -> FeedbackItem:
    """The item is answered by this task too; linking twice links once. Refuses a task `by` cannot see."""
    item = locked_item(by, item_id, answering=True)
    task = Task.objects.visible_to(by).filter(pk=task_id).first()
    if task is None:
        raise InvalidInput({"task_id": [NO_SUCH_ROW]})
    _link(item, task, by)
    return item


def _link(item: FeedbackItem, task: Task, by: Membership) -> None:
    _row, is_new = FeedbackTask.objects.get_or_create(item=item, task=task)
    if is_new:
        record(
            "feedback.task_linked", subject=item, organization_id=item.organization_id, by=by, task=task.pk
        )
