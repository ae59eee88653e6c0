"""Days that are final: neither their facts nor their cells may change any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from common.locks import LockSpace, lock_all
from kpis.errors import DaysAreFinal, DaysArePending
from kpis.models import DirtyRange, Metric
from kpis.permissions import can_define_kpis
from people.models import Membership

# What the triggers on the facts raise: see the migration `reasons_and_frozen_days`.
FROZEN_STATE = "OT001"
# The triggers take the second key of their lock from the organization in this way.
LARGEST_KEY = 2**31 - 1


@transaction.atomic
def freeze_before(by: Membership, metric_key: str, day: date) -> Metric:
    """The metric's days before `day` are final. Managers only; refuses days to come, earlier limits and dirty days.

    Waits for everybody who is writing facts of the organization, and for the worker of the metric's shard.
    """
    metric = Metric.objects.visible_to(by).filter(key=metric_key).first()
    if metric is None:
        raise NotVisible
    if not can_define_kpis(by):
        raise NotAllowed
    lock_all(LockSpace.CALENDAR, [metric.organization_id % LARGEST_KEY])
    lock_all(LockSpace.KPI_SHARD, [DirtyRange.shard_of(metric.pk)])
    metric.refresh_from_db()
    if metric.final_before is not None and day < metric.final_before:
        raise InvalidInput({"final_before": [_("Days that are final stay so; choose a later day.")]})
    if day > timezone.localdate(timezone=metric.organization.zone):
        raise InvalidInput({"final_before": [_("Only days that have passed can be final.")]})
    if DirtyRange.objects.filter(metric_id=metric.pk, first_on__lt=day).exists():
        raise DaysArePending
    metric.final_before = day
    metric.save(update_fields=["final_before"])
    record("metric.frozen", subject=metric, organization_id=by.organization_id, by=by, before=day.isoformat())
    return metric


@contextmanager
def frozen_days_refused() -> Iterator[None]:
    """The database's refusal of facts of frozen days becomes ours."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) == FROZEN_STATE:
            raise DaysAreFinal from error
        raise


def is_final_in(metric: Metric) -> Callable[[datetime], bool]:
    """Whether a moment lies in the metric's frozen days."""
    final_before = metric.final_before
    if final_before is None:
        return lambda _at: False
    zone = metric.organization.zone
    return lambda at: at.astimezone(zone).date() < final_before
