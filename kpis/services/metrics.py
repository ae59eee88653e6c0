"""What a metric keeps."""

from django.db import transaction

from activity.services import record
from common.errors import NotAllowed, NotVisible
from kpis.models import Metric
from kpis.permissions import can_define_kpis
from kpis.services.rollup import nudge
from people.models import Membership


@transaction.atomic
def keep_hours(by: Membership, metric_key: str, *, keeps: bool) -> Metric:
    """The metric has cells by the hour, or no longer; workers make or remove them. Managers only."""
    metric = Metric.objects.visible_to(by).select_for_update(of=("self",)).filter(key=metric_key).first()
    if metric is None:
        raise NotVisible
    if not can_define_kpis(by):
        raise NotAllowed
    if metric.keeps_hours != keeps:
        metric.keeps_hours = keeps
        metric.save(update_fields=["keeps_hours"])
        record(
            "metric.hours_kept" if keeps else "metric.hours_dropped",
            subject=metric,
            organization_id=by.organization_id,
            by=by,
        )
        nudge([metric.pk])
    return metric
