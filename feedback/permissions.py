"""Who may do what with feedback. Every member of an organization sees all of its feedback."""

from feedback.models import FeedbackItem
from people.models import Membership
from people.permissions import can_manage, can_work, leads_team


def can_change_feedback(actor: Membership) -> bool:
    """Members and above take in, answer and change feedback; viewers only read."""
    return can_work(actor)


def can_delete_feedback(actor: Membership, item: FeedbackItem) -> bool:
    """Managers, and the leads of the item's team: a deletion takes its numbers out of the KPIs."""
    return can_manage(actor) or leads_team(actor, item.team_id)
