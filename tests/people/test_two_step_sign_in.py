"""The second step: setting it up, using it, losing it, and organizations that ask for it."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from common.secrets import decrypt
from people import services
from people.models import Membership
from tests.conftest import PASSWORD, Cast, sign_in
from tests.people.browsing import sent, signed_in, type_in


def code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(member: Membership) -> str:
    """The member has an authenticator app; returns its secret."""
    secret = services.new_secret()
    assert services.add_app(user=member.user, secret=secret, code=code(secret, steps=-1)) is not None
    return secret


def test_an_app_is_set_up_by_its_own_code_and_brings_recovery_codes(cast: Cast) -> None:
    client = signed_in(cast.ana)
    assert "data:image/svg+xml" in client.get("/settings/two-step/app/").content.decode()
    secret = decrypt(client.session["two_step_app"])
    assert client.post("/settings/two-step/app/", {"code": "000000"}).status_code == 422
    assert secret == decrypt(client.session["two_step_app"]), "a mistype does not change the picture"
    answer = client.post("/settings/two-step/app/", {"code": code(secret)}, follow=True)
    codes = services.recovery_codes(cast.ana.user)
    assert len(codes) == 10
    assert all(each[:5] in answer.content.decode() for each in codes)
    assert codes[0] in client.get("/settings/two-step/recovery-codes/?as=file").content.decode()
    client.post("/settings/two-step/recovery-codes/safekeeping/")
    assert client.get("/settings/two-step/recovery-codes/").status_code == 302, "never shown again"


def test_no_secret_of_a_second_step_is_readable_in_the_database(cast: Cast) -> None:
    secret = with_app(cast.ana)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert "fernet:" in stored


def test_the_password_alone_opens_nothing(cast: Cast) -> None:
    secret = with_app(cast.ana)
    client = Client()
    assert type_in(client, cast.ana).headers["Location"] == "/sign-in/code/"
    assert client.get("/tasks/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert client.get("/tasks/").status_code == 302
    assert client.post("/sign-in/code/", {"code": code(secret)}).headers["Location"] == "/"
    assert client.get("/tasks/").status_code == 200


def test_a_code_opens_once_even_in_another_process(cast: Cast) -> None:
    secret = with_app(cast.ana)
    shown = code(secret)
    for answer in (302, 422):
        client = Client()
        type_in(client, cast.ana)
        assert client.post("/sign-in/code/", {"code": shown}).status_code == answer


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    with_app(cast.ana)
    spare = services.recovery_codes(cast.ana.user)[3]
    for answer in (302, 422):
        client = Client()
        type_in(client, cast.ana)
        assert client.post("/sign-in/code/", {"code": f"{spare[:5]} {spare[5:]}"}).status_code == answer
        is_told = "9 recovery codes are left." in client.get("/", follow=True).content.decode()
        assert is_told == (answer == 302)
    assert len(services.recovery_codes(cast.ana.user)) == 9


def test_codes_are_not_guessed_on_end(cast: Cast) -> None:
    secret = with_app(cast.ana)
    client = Client()
    type_in(client, cast.ana)
    tries = [client.post("/sign-in/code/", {"code": f"{each:06}"}).status_code for each in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert client.post("/sign-in/code/", {"code": code(secret)}).status_code == 429


def test_setting_it_up_asks_for_the_password_unless_it_was_typed_just_now(cast: Cast) -> None:
    client = sign_in(cast.ana)  # a session without a fresh proof
    refused = client.get("/settings/two-step/app/")
    assert refused.headers["Location"] == "/settings/confirmation/?next=%2Fsettings%2Ftwo-step%2Fapp%2F"
    wrong = client.post("/settings/confirmation/", {"password": "wrong", "next": "/settings/two-step/app/"})
    assert wrong.status_code == 422
    right = client.post("/settings/confirmation/", {"password": PASSWORD, "next": "/settings/two-step/app/"})
    assert right.headers["Location"] == "/settings/two-step/app/"
    assert client.get("/settings/two-step/app/").status_code == 200


def test_taking_the_last_step_away_takes_the_recovery_codes_too_and_tells_the_owner(cast: Cast) -> None:
    with_app(cast.ana)
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert not services.remove_step(user=cast.ben.user, authenticator_id=app.pk), "not somebody else's"
    assert services.remove_step(user=cast.ana.user, authenticator_id=app.pk)
    assert not Authenticator.objects.exists()
    assert [message.subject for message in sent()] == ["Your two-step sign-in was changed"] * 2


def test_a_step_is_taken_away_only_after_the_page_that_says_what_goes_with_it(cast: Cast) -> None:
    with_app(cast.ana)
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    address = f"/settings/two-step/{app.pk}/removal/"
    client = sign_in(cast.ana)
    asked = client.post(address, follow=True).content.decode()
    assert "press the button once more" in asked
    asking = f"/settings/two-step/removal/?step={app.pk}"
    refused = client.get(asking).headers["Location"]
    assert refused.endswith(f"next=%2Fsettings%2Ftwo-step%2Fremoval%2F%3Fstep%3D{app.pk}")
    right = client.post("/settings/confirmation/", {"password": PASSWORD, "next": asking})
    assert right.headers["Location"] == asking
    assert "your recovery codes go with it" in client.get(asking).content.decode()
    assert Authenticator.objects.filter(pk=app.pk).exists()
    client.post(address)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", ["/", "/tasks/", "/settings/members/", "/settings/profile/", "/tokens/"])
def test_where_everybody_needs_one_a_member_without_sees_only_how_to_set_it_up(cast: Cast, path: str) -> None:
    services.require_two_step(by=cast.adam, required=True)
    client = sign_in(cast.adam)
    assert client.get(path).headers.get("Location") == "/settings/two-step/"
    assert client.get("/settings/two-step/").status_code == 200
    with_app(cast.adam)
    assert client.get(path).status_code == 200


def test_only_those_who_may_change_the_organization_ask_for_it(cast: Cast) -> None:
    assert sign_in(cast.ana).post("/settings/sign-in/", {"two_step": "on"}).status_code == 403
    cast.organization.refresh_from_db()
    assert not cast.organization.requires_two_step
    assert sign_in(cast.dan).get("/").status_code == 200
