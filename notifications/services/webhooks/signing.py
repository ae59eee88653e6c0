"""Secrets and signatures as Standard Webhooks 1.0 has them."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret for one endpoint; the receiver needs it to check signatures."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signature(keys: Iterable[str], *, message_id: str, signed_at: int, body: str) -> str:
    """The value of `webhook-signature`: one `v1,…` per secret, separated by spaces.

    HMAC-SHA256 over `id.timestamp.body`, base64. `signed_at` is seconds of Unix time.
    """
    signed = f"{message_id}.{signed_at}.{body}".encode()
    return " ".join(f"v1,{_mac(key, signed)}" for key in keys)


def _mac(key: str, signed: bytes) -> str:
    mac = hmac.new(base64.b64decode(key.removeprefix(PREFIX)), signed, sha256)
    return base64.b64encode(mac.digest()).decode("ascii")
