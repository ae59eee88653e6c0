"""Goals whose review is due, and goals that nobody has checked in on. Those of who has left are told to the leads."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import cast

from django.db.models import Max, Q

from common.models import OwnedQuerySet
from goals.choices import Status
from goals.models import Goal
from notifications.services.planning import Due
from notifications.services.reminders.occasion import Occasion

# Goal, owner, team and review day: the query asks for those that have one.
Rows = Iterable[tuple[int, int, int | None, date]]
GOAL = Goal._meta.label_lower


def reviews_due(occasion: Occasion) -> Iterator[Due]:
    """Each active goal whose review day has come has one reminder, on a working day, and again as the rule says.

    After `escalate_after` more working days the leads hear of it, once.
    """
    workdays, today = occasion.workdays, occasion.today
    goals = _active(occasion).filter(next_review_on__lte=workdays.add(today, occasion.rule.lead))
    rows = cast("Rows", goals.values_list("pk", "owner_id", "team_id", "next_review_on"))
    for goal_id, owner_id, team_id, review_on in rows:
        start = workdays.add(workdays.first_from(review_on), -occasion.rule.lead)
        day = occasion.repetition(start)
        if day is None:
            continue
        period = str(review_on) if day == start else f"{review_on}/{day}"
        readers = occasion.people.answering(owner_id, team_id)
        yield from occasion.tell(readers, (GOAL, goal_id), period, occasion.morning(day))
        if occasion.rule.escalate_after is not None:
            late = workdays.add(workdays.first_from(review_on), occasion.rule.escalate_after)
            if late <= today:
                leads = occasion.people.leads(team_id, besides=owner_id) - readers
                yield from occasion.escalate(leads, (GOAL, goal_id), str(review_on), occasion.morning(late))


def check_ins_due(occasion: Occasion) -> Iterator[Due]:
    """Each running goal without a check-in for `lead` working days has one reminder, unless its review is due too."""
    workdays, today = occasion.workdays, occasion.today
    goals = (
        _active(occasion)
        .filter(Q(next_review_on__isnull=True) | Q(next_review_on__gt=today))
        .filter(starts_on__lte=today, ends_on__gte=today)
        .annotate(checked_in_at=Max("check_ins__at"))
    )
    rows = goals.values_list("pk", "owner_id", "team_id", "starts_on", "created_at", "checked_in_at")
    for goal_id, owner_id, team_id, starts_on, created_at, checked_in_at in rows:
        zone = occasion.organization.zone
        since = (checked_in_at or created_at).astimezone(zone).date()
        quiet_since = since if checked_in_at else max(since, starts_on)
        day = workdays.add(quiet_since, occasion.rule.lead)
        if day <= today:
            period = f"since {quiet_since}"
            readers = occasion.people.answering(owner_id, team_id)
            yield from occasion.tell(readers, (GOAL, goal_id), period, occasion.morning(day))


def _active(occasion: Occasion) -> OwnedQuerySet[Goal]:
    return Goal.objects.filter(organization=occasion.organization, status=Status.ACTIVE)
