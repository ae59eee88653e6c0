"""What feedback refuses."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class TooLateToUndo(Refusal):
    """The change to be undone is not the latest one, is not one's own, or is too long ago."""

    code = "too_late_to_undo"
    status = 409
    sentence = _("This change can no longer be undone. Set the status you want instead.")
