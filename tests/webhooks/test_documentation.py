"""docs/webhooks.md tells what is: its events are the registry's, and its receivers accept what is sent."""

import base64
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone, translation

from activity.registry import verbs
from notifications.services.webhooks import event_types, signing
from notifications.services.webhooks.sending import WAITS_SECONDS

TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
BODY = '{"type":"task.created","data":{"name":"客户"}}'


def catalogue() -> str:
    """The table of all events, as the page shall hold it."""
    known = verbs()
    with translation.override("en"):
        rows = [f"| `{verb}` | {known[verb]} |" for verb in known if verb in event_types()]
    return "\n".join(["| event | what happened |", "|---|---|", *rows, ""])


def test_the_page_lists_every_event() -> None:
    assert TEXT.endswith(catalogue()), catalogue()


def test_the_page_tells_the_waits() -> None:
    units = (("h", 3_600), ("min", 60), ("s", 1))
    words = [
        next(f"{wait // size} {unit}" for unit, size in units if wait % size == 0) for wait in WAITS_SECONDS
    ]
    assert f"{', '.join(words[:-1])} and {words[-1]}" in " ".join(TEXT.split())


@pytest.fixture
def receiver_of_the_page() -> Callable[..., bool]:
    """The function of the page that needs nothing but the standard library."""
    (code,) = re.findall(r"```python\n(import base64.*?)```", TEXT, re.DOTALL)
    names: dict[str, Callable[..., bool]] = {}
    exec(code, names)  # noqa: S102 - the page's own example
    return names["is_ours"]


def _headers(*secrets: str, age_seconds: int = 0) -> dict[str, str]:
    at = int(timezone.now().timestamp()) - age_seconds
    signed = signing.signature(secrets, message_id="evt_1", signed_at=at, body=BODY)
    return {"webhook-id": "evt_1", "webhook-timestamp": str(at), "webhook-signature": signed}


def test_the_python_of_the_page_accepts_ours_and_nothing_else(
    receiver_of_the_page: Callable[..., bool],
) -> None:
    secret, other = signing.new_secret(), signing.new_secret()
    assert receiver_of_the_page(secret, _headers(secret), BODY.encode())
    assert receiver_of_the_page(secret, _headers(other, secret), BODY.encode())
    assert not receiver_of_the_page(secret, _headers(other), BODY.encode())
    assert not receiver_of_the_page(secret, _headers(secret), BODY.encode() + b" ")
    assert not receiver_of_the_page(secret, _headers(secret, age_seconds=400), BODY.encode())


def test_the_openssl_of_the_page_makes_our_signature(tmp_path: Path) -> None:
    (code,) = re.findall(r"```sh\n(KEY=.*?)```", TEXT, re.DOTALL)
    secret = signing.new_secret()
    headers = _headers(secret)
    (tmp_path / "body").write_text(BODY, "utf-8")
    made = subprocess.run(
        ["sh", "-c", code],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "SECRET": secret,
            "WEBHOOK_ID": headers["webhook-id"],
            "WEBHOOK_TIMESTAMP": headers["webhook-timestamp"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"v1,{made.stdout.strip()}" == headers["webhook-signature"]
    assert len(base64.b64decode(made.stdout)) == 32
