"""Sample data: loaded into an organization, every row written down, and taken back to the last one."""

import time
from collections.abc import Callable, Iterator, Sequence
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
from feedback import services as feedback
from feedback.models import Customer, FeedbackItem, Theme
from home.demo.sample import MONTHS, Sample, sample_rows
from home.first_steps import SAMPLE_SOURCE
from imports.choices import SampleState
from imports.models import SampleBatch, SampleRow
from imports.permissions import can_manage_samples
from kpis import services as kpis
from kpis.models import Metric
from kpis.services import MeasurementRow
from people.models import Membership, Team
from tasks import services as tasks
from tasks.models import Task

ROWS_AT_ONCE = 200
SILENCE: Final = timedelta(seconds=60)
ORDERS = "orders.completed"
# In the order in which they go: what others belong to comes last.
TASK, ITEM, ORDER, CUSTOMER, THEME = "task", "item", "order", "customer", "theme"


class SamplesAreBusy(Refusal):
    """A worker has the sample data."""

    code = "samples_are_busy"


@transaction.atomic
def load_samples(by: Membership) -> SampleBatch:
    """A worker begins to load three months of invented feedback, tasks and orders. Asked twice, it loads once.

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
    stretches = _loading(batch) if batch.state == SampleState.LOADING else _removing(batch)
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
        record("samples.removed", rows=batch.done, **told)
        batch.delete()


Stretch = tuple[int, Callable[[], None]]


def _loading(batch: SampleBatch) -> Iterator[Stretch]:
    """What is left to load; rows are the same whenever they are made, so those that are there change nothing."""
    sample = _sample(batch)
    batch.total = len(sample.items) + len(sample.tasks) + len(sample.orders)
    parts: tuple[tuple[Sequence[Any], Callable[[SampleBatch, Any], None]], ...] = (
        (sample.items, _load_items),
        (sample.tasks, _load_tasks),
        (sample.orders, _load_orders),
    )
    before = 0
    for rows, load in parts:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            before += len(some)
            if before > batch.done:
                yield len(some), lambda load=load, some=some: load(batch, some)  # type: ignore[misc] # bound now


def _sample(batch: SampleBatch) -> Sample:
    organization = batch.organization
    owner = batch.by or Membership.objects.filter(organization=organization, is_active=True).earliest("pk")
    teams = Team.objects.filter(organization=organization).order_by("pk").values_list("pk", flat=True)
    return sample_rows(batch.created_at, organization.zone, owner.pk, list(teams))


def _load_items(batch: SampleBatch, rows: Sequence[feedback.ItemRow]) -> None:
    organization_id = batch.organization_id
    themes = set(Theme.objects.filter(organization_id=organization_id).values_list("pk", flat=True))
    feedback.import_items(organization_id, SAMPLE_SOURCE, rows, by=batch.by)
    keys = [row.external_id for row in rows]
    items = FeedbackItem.objects.filter(
        organization_id=organization_id, source=SAMPLE_SOURCE, external_id__in=keys
    )
    customers = {row.customer_external_id for row in rows}
    known = Customer.objects.filter(organization_id=organization_id, external_id__in=customers)
    new_themes = Theme.objects.filter(organization_id=organization_id).exclude(pk__in=themes)
    _write_down(batch, ITEM, items.values_list("pk", "version"))
    _write_down(batch, CUSTOMER, known.values_list("pk", "version"))
    _write_down(batch, THEME, new_themes.values_list("pk", "version"))


def _load_tasks(batch: SampleBatch, rows: Sequence[tasks.TaskRow]) -> None:
    tasks.import_tasks(batch.organization_id, SAMPLE_SOURCE, rows, by=batch.by)
    made = Task.objects.filter(
        organization_id=batch.organization_id,
        source=SAMPLE_SOURCE,
        external_id__in=[row.external_id for row in rows],
    )
    _write_down(batch, TASK, made.values_list("pk", "version"))


def _load_orders(batch: SampleBatch, rows: Sequence[MeasurementRow]) -> None:
    kpis.install_library(batch.organization_id)
    kpis.import_measurements(batch.organization_id, ORDERS, rows)
    metric = Metric.objects.get(organization_id=batch.organization_id, key=ORDERS)
    SampleRow.objects.bulk_create(
        (SampleRow(batch=batch, model=ORDER, row_id=metric.pk, source_key=row.source_key) for row in rows),
        ignore_conflicts=True,
    )


def _write_down(batch: SampleBatch, model: str, rows: Any) -> None:
    SampleRow.objects.bulk_create(
        (SampleRow(batch=batch, model=model, row_id=row_id, version=version) for row_id, version in rows),
        ignore_conflicts=True,
    )


def _removing(batch: SampleBatch) -> Iterator[Stretch]:
    for model in (TASK, ITEM, ORDER, CUSTOMER, THEME):
        while rows := list(SampleRow.objects.filter(batch=batch, model=model)[:ROWS_AT_ONCE]):
            yield len(rows), lambda model=model, rows=rows: _take_back(batch, model, rows)  # type: ignore[misc] # bound now


def _take_back(batch: SampleBatch, model: str, rows: Sequence[SampleRow]) -> None:
    organization_id, ids = batch.organization_id, [row.row_id for row in rows]
    if model == TASK:
        tasks.take_back_tasks(organization_id, ids)
    elif model == ITEM:
        feedback.take_back_items(organization_id, ids)
    elif model == CUSTOMER:
        feedback.take_back_parties(organization_id, customer_ids=ids)
    elif model == THEME:
        feedback.take_back_parties(organization_id, theme_ids=ids)
    else:
        gone = [MeasurementRow(row.source_key, batch.created_at, None) for row in rows]
        kpis.import_measurements(organization_id, ORDERS, gone)
    SampleRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
