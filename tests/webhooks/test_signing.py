"""Signatures, proven with the published vectors and through the reference library, both ways."""

import base64

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from notifications.services.webhooks import signing

# Secret, id, timestamp, body and signature of the reference libraries' tests, and of the specification's example.
VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "msg_loFOjxBNrRLzqYUf",
        1731705121,
        '{"event_type":"ping","data":{"success":true}}',
        "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    ),
]
BODY = '{"type":"task.created","data":{"name":"客户"}}'


@pytest.mark.parametrize(("secret", "message_id", "signed_at", "body", "expected"), VECTORS)
def test_the_published_vectors_are_met(
    secret: str, message_id: str, signed_at: int, body: str, expected: str
) -> None:
    signed = signing.signature([secret], message_id=message_id, signed_at=signed_at, body=body)
    assert signed == expected


def _headers(*secrets: str, body: str = BODY) -> dict[str, str]:
    now = int(timezone.now().timestamp())
    return {
        "webhook-id": "evt_7",
        "webhook-timestamp": str(now),
        "webhook-signature": signing.signature(secrets, message_id="evt_7", signed_at=now, body=body),
    }


def test_the_reference_library_accepts_what_we_sign() -> None:
    secret = signing.new_secret()
    assert Webhook(secret).verify(BODY, _headers(secret))["type"] == "task.created"


def test_we_sign_as_the_reference_library_does() -> None:
    secret, now = signing.new_secret(), timezone.now()
    theirs = Webhook(secret).sign("evt_7", now, BODY)
    seconds = int(now.timestamp())
    assert signing.signature([secret], message_id="evt_7", signed_at=seconds, body=BODY) == theirs


def test_during_a_rotation_either_secret_is_accepted() -> None:
    new, former = signing.new_secret(), signing.new_secret()
    headers = _headers(new, former)
    Webhook(new).verify(BODY, headers)
    Webhook(former).verify(BODY, headers)


@pytest.mark.parametrize("change", ["body", "id", "secret"])
def test_the_reference_library_refuses_what_was_changed_on_the_way(change: str) -> None:
    secret = signing.new_secret()
    headers = _headers(secret)
    if change == "id":
        headers["webhook-id"] = "evt_8"
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret() if change == "secret" else secret).verify(
            BODY + " " if change == "body" else BODY, headers
        )


def test_a_secret_is_as_long_as_the_specification_asks() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert secret != signing.new_secret()
