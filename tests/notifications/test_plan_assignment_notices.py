"""A task given to somebody else has one notice per giving."""

import pytest

from activity.services import tell_followers
from notifications.choices import Rule
from notifications.models import Delivery
from tasks import services as tasks
from tests.conftest import Cast, create_cast
from tests.notifications.conftest import mails

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed: followers only hear of what is."""
    return create_cast()


def test_a_task_made_for_somebody_else_is_told_to_them_once(cast: Cast) -> None:
    task = tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    tell_followers()
    tell_followers()
    delivery = mails().get()
    assert (delivery.rule, delivery.recipient, delivery.subject_id) == (Rule.TASK_ASSIGNED, cast.ben, task.pk)


def test_a_task_handed_on_is_told_to_the_new_assignee(cast: Cast) -> None:
    task = tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    tasks.edit_task(by=cast.ana, task_id=task.pk, version=None, assignee_id=cast.cleo.pk)
    tasks.edit_task(by=cast.ana, task_id=task.pk, version=None, assignee_id=cast.ben.pk)
    tell_followers()
    told = mails().values_list("recipient", flat=True)
    assert list(told) == [cast.ben.pk, cast.cleo.pk, cast.ben.pk]


def test_nobody_is_told_of_what_they_did_themselves_or_of_other_changes(cast: Cast) -> None:
    mine = tasks.create_task(by=cast.ben, title="Mine", assignee_id=cast.ben.pk)
    tasks.edit_task(by=cast.ana, task_id=mine.pk, version=None, title="Yours")
    tasks.edit_task(by=cast.ana, task_id=mine.pk, version=None, assignee_id=None)
    tasks.change_status(by=cast.ana, task_id=mine.pk, status="in_progress")
    tell_followers()
    assert not Delivery.objects.exists()
