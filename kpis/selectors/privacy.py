"""Small groups stay anonymous."""

from kpis.permissions import can_define_kpis
from kpis.selectors.amounts import ABSENT, Amount
from kpis.selectors.definitions import DefinedKpi
from people.models import Membership

SMALLEST_GROUP = 5


def is_about_scores(kpi: DefinedKpi) -> bool:
    """Whether customers' scores go into it."""
    return any(leaf.metric is not None and leaf.metric.is_ordinal for leaf in kpi.leaves)


def hides_small_groups(actor: Membership, kpi: DefinedKpi, member_id: int | None) -> bool:
    """Whether a member's numbers made of fewer than 5 facts are kept from `actor`.

    Managers see them and people their own; whom so few customers have scored how, nobody.
    """
    if member_id is None:
        return False
    return is_about_scores(kpi) or not (can_define_kpis(actor) or member_id == actor.pk)


def shown(amount: Amount, *, hides_small: bool) -> Amount:
    """The amount, or nothing where it is of a small group that is hidden."""
    return ABSENT if hides_small and amount.n < SMALLEST_GROUP else amount
