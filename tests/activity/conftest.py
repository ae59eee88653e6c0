"""Followers for one test, on a log that commits."""

from collections.abc import Sequence

import pytest
from django.db import transaction

from activity import registry, services
from activity.models import Event
from tests.conftest import Cast, create_cast


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast, committed, so that other connections see it."""
    return create_cast()


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Follower]:
    """Only the followers that the test adds."""
    mine: dict[str, registry.Follower] = {}
    monkeypatch.setattr(services, "followers", mine)
    return mine


class Listener:
    """A follower that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.fails = False

    def __call__(self, events: Sequence[Event]) -> None:
        self.heard += [event.verb for event in events]
        if self.fails:
            raise ConnectionError("the follower's own trouble")


@pytest.fixture
def listener(followers: dict[str, registry.Follower]) -> Listener:
    """A follower of the log."""
    followers["listener"] = listener = Listener()
    return listener


def happened(cast: Cast, *verbs: str) -> None:
    """Each verb is recorded and committed."""
    for verb in verbs:
        with transaction.atomic():
            services.record(
                verb, subject=cast.support, organization_id=cast.organization.pk, by=cast.ana, step=1
            )
