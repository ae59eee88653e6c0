"""The parts of a KPI over time."""

from dataclasses import replace
from decimal import Decimal

from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.privacy import hides_small_groups, shown
from kpis.selectors.series import SeriesRequest
from kpis.selectors.totals import By, Slice
from people.models import Membership


def slices_over_time(actor: Membership, asked: SeriesRequest, by: By) -> dict[Slice, list[Decimal | None]]:
    """For each team, member or label its values in the periods of the series; small groups stay anonymous."""
    if not asked.periods:
        return {}
    scope = replace(asked.scope, by=by)
    periods = [Asked(asked.defined, tuple(asked.periods))]
    (found,) = evaluate(periods, scope, asked.fresh.begun, asked.fresh.read_at)

    def hides_small(place: Slice) -> bool:
        member_id = place if by is By.MEMBER and isinstance(place, int) and place else scope.member_id
        return hides_small_groups(actor, asked.defined, member_id)

    return {
        place: [shown(amount, hides_small=hides_small(place)).value for amount in amounts]
        for place, amounts in found.by_slice.items()
    }
