"""Who may do what with feedback. Every member of an organization sees all of its feedback."""

from collections.abc import Collection

from feedback.models import FeedbackItem
from people.choices import Permission
from people.models import Membership
from people.permissions import leads_team, may


def can_create_feedback(actor: Membership) -> bool:
    """Members and above, and custom roles that say so, take feedback in."""
    return may(actor, Permission.FEEDBACK_CREATE)


def can_answer_feedback(actor: Membership) -> bool:
    """Whoever may reply, move an item from one status to another, and link tasks to it."""
    return may(actor, Permission.FEEDBACK_ANSWER)


def can_change_feedback(actor: Membership) -> bool:
    """Whoever may edit feedback; viewers only read."""
    return may(actor, Permission.FEEDBACK_EDIT)


def can_change_fields(actor: Membership, fields: Collection[str]) -> bool:
    """The status by whoever may answer, everything else by whoever may edit."""
    return ("status" not in fields or can_answer_feedback(actor)) and (
        not set(fields) - {"status"} or can_change_feedback(actor)
    )


def can_delete_feedback(actor: Membership, item: FeedbackItem) -> bool:
    """Managers, and the leads of the item's team: a deletion takes its numbers out of the KPIs."""
    return may(actor, Permission.FEEDBACK_DELETE) or leads_team(actor, item.team_id)


def can_delete_rows(actor: Membership) -> bool:
    """Whoever may delete any feedback deletes customers, themes and surveys too, once nothing belongs to them."""
    return may(actor, Permission.FEEDBACK_DELETE)
