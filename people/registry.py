"""Where the app above that keeps the record of events makes itself known: people lies below it, and is told of too."""

from typing import TYPE_CHECKING, Protocol

from django.db.models import Model

if TYPE_CHECKING:
    from people.models import Membership


class Recorder(Protocol):
    """`activity.services.record`."""

    def __call__(
        self,
        verb: str,
        *,
        subject: Model,
        organization_id: int,
        by: "Membership | None",
        **facts: str | int | None,
    ) -> object:
        """One event in the present transaction."""


_recorders: list[Recorder] = []


def record_with(recorder: Recorder) -> None:
    """From now on `record` tells this recorder. Call it in `AppConfig.ready`."""
    _recorders[:] = [recorder]


def record(
    verb: str, *, subject: Model, organization_id: int, by: "Membership | None", **facts: str | int | None
) -> None:
    """One event in the present transaction."""
    for recorder in _recorders:
        recorder(verb, subject=subject, organization_id=organization_id, by=by, **facts)
