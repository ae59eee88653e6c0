"""Messages about rows that are no more."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction

from activity.models import Event
from common.tenancy import acting_for
from notifications.choices import Channel
from notifications.models import Delivery, Snooze

DELETED = ".deleted"


@transaction.atomic
def forget_subjects(organization_id: int, subject_type: str, subject_ids: Collection[int]) -> None:
    """No message about these rows waits or lies in an inbox. Two statements, whatever their number."""
    about = {"organization_id": organization_id, "subject_type": subject_type, "subject_id__in": subject_ids}
    Delivery.objects.filter(**about).delete()
    Snooze.objects.filter(**about).delete()


def forget_deleted(events: Sequence[Event]) -> None:
    """Nothing in an inbox leads to what was deleted; what was sent stays in the log. Follows the event log."""
    gone: dict[tuple[int, str], list[int]] = defaultdict(list)
    for event in events:
        if event.verb.endswith(DELETED):
            gone[event.organization_id, event.subject_type].append(event.subject_id)
    for (organization_id, subject_type), ids in gone.items():
        with acting_for(organization_id):
            about = {"organization": organization_id, "subject_type": subject_type, "subject_id__in": ids}
            Delivery.objects.filter(channel=Channel.INBOX, **about).delete()
            Snooze.objects.filter(**about).delete()
