"""What a goal refuses."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class GoalAlreadyClosed(Refusal):
    """A closed goal takes no changes."""

    code = "goal_already_closed"
    status = 409
    sentence = _("This goal is closed. Reopen it first.")


class GoalNotClosed(Refusal):
    """Only a closed goal can be reopened."""

    code = "goal_not_closed"
    status = 409
    sentence = _("This goal is not closed.")
