"""Answers kept for requests that may be sent twice, and why a repeated request may be refused."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class KeyUsedDifferently(Refusal):
    """The key already stands for another request."""

    code = "idempotency_key_reused"
    status = 422
    sentence = _("This Idempotency-Key was used for another request. Make a new key for every new request.")


class TwinRunning(Refusal):
    """The first request with this key has not been answered yet."""

    code = "idempotency_key_in_use"
    status = 409
    sentence = _("A request with this Idempotency-Key is still running. Wait a moment, then send it again.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is stored of an answer: enough to give it again, byte for byte."""

    status: int
    body: str
    headers: dict[str, str]
