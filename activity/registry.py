"""Followers of the event log, registered by the apps above in their `AppConfig.ready`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from activity.models import Event

Follower = Callable[[Sequence["Event"]], None]
followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """`follower` is given every event once committed, in batches; `name` marks its place, so never change it.

    It runs in the transaction that moves its place on: what it writes to the database happens exactly once
    per event, and what it did elsewhere would be repeated after a crash, so it writes rows and nothing else.
    """
    followers[name] = follower
