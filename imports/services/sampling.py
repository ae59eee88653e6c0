"""Sample data that is loaded into an organization and taken back, stretch by stretch."""

import time
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import NotAllowed, Refusal
from common.queue import enqueue
from home.demo.sample import MONTHS
from imports.choices import SampleState
from imports.models import SampleBatch
from imports.permissions import can_manage_samples
from imports.services.sample_rows import loading, removing, take_back_signals
from kpis import services as kpis
from kpis.models import Metric
from people.models import Membership

SILENCE: Final = timedelta(seconds=60)


class SamplesAreBusy(Refusal):
    """A worker has the sample data."""

    code = "samples_are_busy"


@transaction.atomic
def load_samples(by: Membership) -> SampleBatch:
    """A worker begins to load three months of invented rows of every kind. Asked twice, it loads once.

    Refuses who does not look after the organization, and where days of these months are frozen.
    """
    if not can_manage_samples(by):
        raise NotAllowed
    first_day = timezone.now().date() - timedelta(days=31 * MONTHS)
    if Metric.objects.visible_to(by).filter(final_before__gt=first_day).exists():
        raise SamplesAreBusy(_("Days of the last three months are final; sample data could not go again."))
    batch, is_new = SampleBatch.objects.get_or_create(organization_id=by.organization_id, defaults={"by": by})
    if is_new:
        kpis.make_months(first_day, timezone.now().date())
        enqueue("imports.carry_out", organization_id=by.organization_id)
    return batch


@transaction.atomic
def remove_samples(by: Membership) -> None:
    """A worker begins to take back every row of the sample, and what hangs on them. Asked twice, it begins once."""
    if not can_manage_samples(by):
        raise NotAllowed
    batch = SampleBatch.objects.visible_to(by).select_for_update(of=("self",)).first()
    if batch is None or batch.state == SampleState.REMOVING:
        return
    if batch.state == SampleState.LOADING:
        raise SamplesAreBusy(_("Wait until the sample data is loaded."))
    batch.state, batch.by, batch.beat_at = SampleState.REMOVING, by, None
    batch.done, batch.total = 0, batch.rows.count()
    batch.save()
    enqueue("imports.carry_out", organization_id=by.organization_id)


def waiting_samples() -> Any:
    """Batches that wait for a worker, or whose worker fell silent."""
    silent = Q(beat_at__isnull=True) | Q(beat_at__lt=Now() - SILENCE)
    return SampleBatch.objects.filter(silent, state__in=[SampleState.LOADING, SampleState.REMOVING])


def carry_out_samples(organization_id: int, until: float) -> bool:
    """The organization's sample data is loaded or removed, as far as the time goes; False where some is left.

    A twin finds it taken. Each stretch is one transaction with what is written down of it, so one that broke off is
    made again.
    """
    if not waiting_samples().filter(organization_id=organization_id).update(beat_at=Now()):
        return True
    batch = SampleBatch.objects.select_related("organization", "by").get(organization_id=organization_id)
    stretches = loading(batch) if batch.state == SampleState.LOADING else removing(batch)
    for rows, work in stretches:
        if time.monotonic() > until:
            SampleBatch.objects.filter(pk=batch.pk).update(beat_at=None)
            return False
        with transaction.atomic():
            work()
            batch.done += rows
            SampleBatch.objects.filter(pk=batch.pk).update(done=batch.done, total=batch.total, beat_at=Now())
    _finish(batch)
    return True


@transaction.atomic
def _finish(batch: SampleBatch) -> None:
    told: dict[str, Any] = {
        "subject": batch.organization,
        "organization_id": batch.organization_id,
        "by": batch.by,
    }
    if batch.state == SampleState.LOADING:
        record("samples.loaded", rows=batch.done, **told)
        batch.state, batch.loaded_at, batch.beat_at = SampleState.LOADED, timezone.now(), None
        batch.save(update_fields=["state", "loaded_at", "beat_at"])
    else:
        take_back_signals(batch)
        record("samples.removed", rows=batch.done, **told)
        batch.delete()
