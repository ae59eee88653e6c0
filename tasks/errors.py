"""What a task refuses."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class TaskHasFeedback(Refusal):
    """A task that answers a customer is part of that customer's record."""

    code = "task_has_feedback"
    status = 409
    sentence = _("Customer feedback is linked to this task, so it stays. Cancel the task instead.")


class TooLateToUndo(Refusal):
    """The change to be undone is not the latest one, is not one's own, or is too long ago."""

    code = "too_late_to_undo"
    status = 409
    sentence = _("This change can no longer be undone. Set the status you want instead.")
