"""Messages about rows that are no more."""

from collections.abc import Collection

from django.db import transaction

from notifications.models import Delivery, Snooze


@transaction.atomic
def forget_subjects(organization_id: int, subject_type: str, subject_ids: Collection[int]) -> None:
    """No message about these rows waits or lies in an inbox. Two statements, whatever their number."""
    about = {"organization_id": organization_id, "subject_type": subject_type, "subject_id__in": subject_ids}
    Delivery.objects.filter(**about).delete()
    Snooze.objects.filter(**about).delete()
