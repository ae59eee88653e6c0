"""The nightly proof: every cell of an organization against its facts, kept as a row; wrong cells are repaired."""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.tenancy import acting_for
from kpis.choices import Reason
from kpis.models import DayCell, DirtyRange, HourCell, Metric, Verification
from kpis.selectors.verifying import WrongCell, wrong_cells
from kpis.services.rollup import nudge
from people.models import Organization

logger = logging.getLogger(__name__)

# When few people look and most of yesterday's late facts are in.
HOUR = 3
METRICS_AT_ONCE = 10
SECONDS_PER_RUN = 15.0
NAMED = 100


def verify_due() -> int:
    """Organizations whose local clock has passed three are verified today; returns how many were finished now.

    Stops after a bounded time; the next run goes on where this one stopped. Twins share the work.
    """
    until = time.monotonic() + SECONDS_PER_RUN
    for organization in Organization.objects.order_by("pk"):
        now = timezone.now().astimezone(organization.zone)
        if now.hour >= HOUR:
            Verification.objects.bulk_create(
                [Verification(organization=organization, on=now.date())], ignore_conflicts=True
            )
    finished = 0
    while time.monotonic() < until:
        step = _go_on()
        if step is None:
            break
        finished += step
    return finished


@transaction.atomic
def _go_on() -> bool | None:
    """Some more metrics of an unfinished verification are verified: whether it is done; None where there is none."""
    found = Verification.objects.select_for_update(skip_locked=True).filter(finished_at=None).order_by("pk")
    verification = found.first()
    if verification is None:
        return None
    started = time.monotonic()
    metrics = Metric.objects.filter(
        organization_id=verification.organization_id, pk__gt=verification.through_metric_id
    )
    ids = list(metrics.order_by("pk").values_list("pk", flat=True)[:METRICS_AT_ONCE])
    if ids:
        with acting_for(verification.organization_id):
            _verify(verification, ids)
    else:
        verification.finished_at = timezone.now()
    verification.seconds += time.monotonic() - started
    verification.save()
    return not ids


def _verify(verification: Verification, metric_ids: Sequence[int]) -> None:
    wrong = list(wrong_cells(verification.organization_id, metric_ids=metric_ids))
    verification.cells += sum(
        model._default_manager.filter(metric__in=metric_ids, n__gt=0).count() for model in (DayCell, HourCell)
    )
    verification.through_metric_id = metric_ids[-1]
    verification.wrong += len(wrong)
    room = NAMED - len(verification.wrong_cells)
    verification.wrong_cells += [_named(each) for each in wrong[:room]]
    if wrong:
        logger.error("kpis.cells_wrong", extra={"verification": verification.pk, "cells": len(wrong)})
        _repair(verification.organization_id, wrong)


def _repair(organization_id: int, wrong: Sequence[WrongCell]) -> None:
    """The days of wrong cells are on the dirty log."""
    ids = dict(Metric.objects.filter(organization_id=organization_id).values_list("key", "pk"))
    days = {(ids[each.metric], each.day) for each in wrong if each.metric in ids}
    DirtyRange.objects.bulk_create(
        DirtyRange(
            metric_id=metric_id,
            shard=metric_id % settings.KPI_SHARDS,
            first_on=day,
            last_on=day,
            reason=Reason.REPAIR,
        )
        for metric_id, day in sorted(days)
    )
    nudge({metric_id for metric_id, _day in days})


def _named(cell: WrongCell) -> dict[str, str | int | None]:
    return {
        name: value if value is None or isinstance(value, int) else str(value)
        for name, value in asdict(cell).items()
    }
