"""Every write of the people app."""

from people.services.accounts import choose_language
from people.services.answers import ANSWERS_KEPT, claim_key, forget_answers, keep_answer
from people.services.members import add_member, create_organization
from people.services.tokens import TOKEN_DAYS, create_token, revoke_token, rotate_token, use_token

__all__ = [
    "ANSWERS_KEPT",
    "TOKEN_DAYS",
    "add_member",
    "choose_language",
    "claim_key",
    "create_organization",
    "create_token",
    "forget_answers",
    "keep_answer",
    "revoke_token",
    "rotate_token",
    "use_token",
]
