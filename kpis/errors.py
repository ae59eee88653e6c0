"""Refusals of the kpis app."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class SignalIsClosed(Refusal):
    """A closed signal stays as it is."""

    code: ClassVar[str] = "signal_is_closed"
    sentence = _("This signal is closed. If it happens again, a new one will be opened.")
