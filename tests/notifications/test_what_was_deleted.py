"""An inbox leads nowhere that is no more."""

import pytest

from activity.services import tell_followers
from notifications.choices import Channel
from notifications.models import Delivery
from tasks import services as tasks
from tests.conftest import Cast, create_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed: followers only hear of what is."""
    return create_cast()


def told_of(channel: str) -> list[int]:
    """The tasks that messages are about."""
    return list(
        Delivery.objects.filter(channel=channel).order_by("subject_id").values_list("subject_id", flat=True)
    )


def test_a_deleted_task_leaves_the_inbox_and_no_other_does(cast: Cast) -> None:
    gone, stays = (
        tasks.create_task(by=cast.ana, title=title, assignee_id=cast.ben.pk) for title in ("Gone", "Stays")
    )
    tell_followers()
    assert told_of(Channel.INBOX) == [gone.pk, stays.pk]
    tasks.delete_task(by=cast.ana, task_id=gone.pk, version=None)
    tell_followers()
    assert told_of(Channel.INBOX) == [stays.pk]
    assert told_of(Channel.EMAIL) == [gone.pk, stays.pk]
