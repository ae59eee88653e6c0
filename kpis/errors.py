"""Refusals of the kpis app."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput, Refusal


class CannotArchive(Refusal):
    """A month cannot be moved to a file or back; nothing has changed."""

    code: ClassVar[str] = "cannot_archive"


class DaysAreFinal(Refusal):
    """Facts of frozen days may not change."""

    code: ClassVar[str] = "days_are_final"
    sentence = _("Some of these days are final: their measurements can no longer be changed.")


class DaysArePending(Refusal):
    """Days that still wait for a worker cannot be frozen."""

    code: ClassVar[str] = "days_are_pending"
    sentence = _("Some of these days are still being recomputed. Try again in a minute.")


class SignalHasTask(InvalidInput):
    """A signal has one task; forms come back with what was typed."""

    code = "signal_has_task"
    status = 409
    sentence = _("This signal has its task already.")

    def __init__(self) -> None:
        super().__init__({"non_field_errors": [self.sentence]}, self.sentence)


class SignalIsClosed(Refusal):
    """A closed signal stays as it is."""

    code: ClassVar[str] = "signal_is_closed"
    sentence = _("This signal is closed. If it happens again, a new one will be opened.")
