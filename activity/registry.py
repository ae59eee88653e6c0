"""Followers of the event log, registered by the apps above in their `AppConfig.ready`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from activity.models import Event

Follower = Callable[[Sequence["Event"]], None]
followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """Register `follower`; it gets events in commit order, each batch in the transaction that moves its cursor."""
    followers[name] = follower
