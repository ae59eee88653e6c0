"""Checking in on a goal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput
from goals.choices import Source
from goals.models import CheckIn, Goal
from goals.selectors import goal_list, measured
from goals.services.checking import changeable_goal, refuse_closed
from goals.services.planning import next_review
from people.models import Membership

NOTE_LIMIT = 10_000


@transaction.atomic
def check_in(
    *,
    by: Membership,
    goal_id: int,
    confidence: str,
    note: str = "",
    values: Mapping[int, Decimal] | None = None,
    version: int | None = None,
) -> CheckIn:
    """A check-in with the progress of this moment; the next review is one interval from today.

    `values` are new current values of key results entered by hand, by id. With `version` the same form sent
    twice is refused the second time. Refuses whoever may not change the goal, and a closed goal.
    """
    goal = changeable_goal(by, goal_id, version)
    refuse_closed(goal)
    _enter_values(goal, values or {})
    made = CheckIn(
        goal=goal,
        by=by,
        at=timezone.now(),
        progress=measured(by, goal_list(by).filter(pk=goal_id))[0].progress,
        confidence=confidence,
        note=note.strip(),
    )
    _refuse_wrong(made)
    made.save()
    goal.next_review_on = next_review(goal, timezone.localdate(timezone=by.organization.zone))
    goal.version += 1
    goal.save(update_fields=["next_review_on", "version", "updated_at"])
    record(
        "goal.checked_in",
        subject=goal,
        organization_id=goal.organization_id,
        by=by,
        confidence=str(confidence),
        check_in_id=made.pk,
    )
    return made


def _enter_values(goal: Goal, values: Mapping[int, Decimal]) -> None:
    by_hand = {row.pk: row for row in goal.key_results.filter(source=Source.MANUAL)}
    wrong: dict[str, list[Any]] = {
        f"values/{key_result_id}": [_("This key result is not entered by hand.")]
        for key_result_id in values.keys() - by_hand.keys()
    }
    if wrong:
        raise InvalidInput(wrong)
    for key_result_id, value in values.items():
        key_result = by_hand[key_result_id]
        key_result.manual_value = value
        try:
            key_result.clean_fields(exclude=["goal", "kpi"])
        except ValidationError as error:
            raise InvalidInput({f"values/{key_result_id}": list(error.messages)}) from error
        key_result.save(update_fields=["manual_value"])


def _refuse_wrong(made: CheckIn) -> None:
    try:
        made.clean_fields(exclude=["goal", "by", "progress"])
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    if len(made.note) > NOTE_LIMIT:
        raise InvalidInput({"note": [_("Keep the note below %(limit)s characters.") % {"limit": NOTE_LIMIT}]})
