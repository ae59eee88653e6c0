"""The accounts of sessions, each read together with the membership that its session acts with."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import ModelBackend

from people.models import Membership, User

_acting: ContextVar[Membership | None] = ContextVar("acting", default=None)


@contextmanager
def already_read(membership: Membership | None) -> Iterator[None]:
    """Inside, this member's account is found without a query. Whether the session is theirs is asked as ever."""
    token = _acting.set(membership)
    try:
        yield
    finally:
        _acting.reset(token)


class AccountBackend(ModelBackend):
    """Passwords and accounts as Django knows them."""

    def get_user(self, user_id: Any) -> User | None:
        """The account, or None where it is closed."""
        membership = _acting.get()
        if membership is None or membership.user_id != int(user_id):
            return super().get_user(user_id)
        user: User = membership.user
        return user if self.user_can_authenticate(user) else None
