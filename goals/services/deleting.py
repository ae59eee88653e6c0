"""Taking goals back that were made to be looked at."""

from collections.abc import Sequence

from django.db import transaction

from goals.facts import SOURCE
from goals.models import Goal
from kpis.services import emit_facts


@transaction.atomic
def take_back_goals(organization_id: int, goal_ids: Sequence[int]) -> None:
    """These goals of sample data are gone with what hangs on them; goals below them stay, and serve none.

    Asked twice, they stay gone.
    """
    goals = Goal.objects.filter(organization_id=organization_id)
    goals.filter(parent__in=goal_ids).update(parent=None)
    goals.filter(pk__in=goal_ids).delete()
    emit_facts(SOURCE, organization_id, goal_ids)
