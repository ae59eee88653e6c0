"""A task from one line of words."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, Sentence
from people.models import Membership
from tasks.models import Task
from tasks.permissions import can_create_task
from tasks.selectors.lines import read_line
from tasks.services.creating import create_task


@transaction.atomic
def quick_add(*, by: Membership, line: str) -> Task:
    """The task that the line describes, for `by` where it names nobody.

    Refuses viewers, a line without a title, and names that nobody or several have.
    """
    if not can_create_task(by):
        raise NotAllowed
    read = read_line(by, line)
    problems: list[Sentence] = list(read.problems)
    if not read.draft.title:
        problems.append(_("Say what has to be done."))
    if problems:
        raise InvalidInput({"line": problems})
    return create_task(
        by=by,
        title=read.draft.title,
        priority=read.draft.priority,
        due_on=read.draft.due_on,
        due_time=read.draft.due_time,
        assignee_id=read.assignee.pk if read.assignee else None,
        team_id=read.project.team_id if read.project else None,
        project_id=read.project.pk if read.project else None,
    )
