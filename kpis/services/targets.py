"""What a KPI should be, and from when on."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible, Sentence
from kpis.choices import ChangeKind, Direction, TargetPeriod, TargetShape
from kpis.models import Kpi, KpiTarget
from kpis.services.changes import log_change
from kpis.services.definitions import locked_kpi, saved_kpi
from people.models import Membership

LARGEST = Decimal(10) ** 18


@transaction.atomic
def set_target(
    by: Membership,
    key: str,
    starts_on: date,
    value: Decimal,
    near: Decimal,
    *,
    shape: TargetShape = TargetShape.STEP,
    period: TargetPeriod = TargetPeriod.FOUR_WEEKS,
    upper: Decimal | None = None,
    near_upper: Decimal | None = None,
    version: int | None = None,
) -> tuple[KpiTarget, bool]:
    """From that day on the target is `value`, and up to `near` still counts as near it. Managers only.

    Between two values, `upper` and `near_upper` are the other edges. Sets the target of the same day anew.
    Returns it, and whether it is a new one. Refuses a stale version.
    """
    kpi = locked_kpi(by, key, version)
    edges = [value, near, upper, near_upper]
    if problems := dict(_problems(kpi, starts_on, edges)):
        raise InvalidInput({field: [sentence] for field, sentence in problems.items()})
    target, is_new = KpiTarget.objects.update_or_create(
        kpi=kpi,
        starts_on=starts_on,
        defaults={
            "value": value,
            "near": near,
            "upper": upper,
            "near_upper": near_upper,
            "shape": shape,
            "period": period,
        },
    )
    saved_kpi(kpi, [], by, "kpi.target_set", starts_on=starts_on.isoformat(), value=str(value))
    log_change(ChangeKind.RETARGETED, kpi, first_on=starts_on)
    return target, is_new


@transaction.atomic
def remove_target(by: Membership, key: str, target_id: int, version: int | None = None) -> None:
    """The target before it goes on instead. Managers only; refuses an unknown target and a stale version."""
    kpi = locked_kpi(by, key, version)
    target = KpiTarget.objects.filter(kpi=kpi, pk=target_id).first()
    if target is None:
        raise NotVisible
    target.delete()
    saved_kpi(kpi, [], by, "kpi.target_removed", starts_on=target.starts_on.isoformat())
    log_change(ChangeKind.RETARGETED, kpi, first_on=target.starts_on)


def _problems(kpi: Kpi, starts_on: date, edges: list[Decimal | None]) -> Iterator[tuple[str, Sentence]]:
    value, near, upper, near_upper = edges
    for field, edge in zip(("value", "near", "upper", "near_upper"), edges, strict=True):
        if edge is not None and (not edge.is_finite() or abs(edge) >= LARGEST):
            yield field, _("The number is too large.")
            return
    if not 1900 <= starts_on.year <= 2200:
        yield "starts_on", _("Days must lie between the years 1900 and 2200.")
    if kpi.direction == Direction.BETWEEN:
        if upper is None or near_upper is None:
            yield "upper", _("Between two values, a target has four edges.")
        elif value is not None and near is not None and not near <= value <= upper <= near_upper:
            yield "upper", _("The edges must be in order: near, target, upper target, near upper target.")
        return
    if upper is not None or near_upper is not None:
        yield "upper", _("Only a KPI that is best between two values has upper edges.")
    sign = 1 if kpi.direction == Direction.UP else -1
    if value is not None and near is not None and sign * near > sign * value:
        yield "near", _("The limit of near must not be better than the target.")
