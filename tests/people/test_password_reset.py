"""A new password by mail."""

import time
from statistics import median

import pytest
from django.core import mail
from django.test import Client

from people.models import AccountMail, SignInAttempt
from tests.conftest import PASSWORD, Cast
from tests.people.browsing import link_in, sent, signed_in, type_in

BETTER = "seven grey herons at noon"


def ask(email: str, **headers: str) -> str:
    """What the page says to whoever asks for a link."""
    answer = Client().post("/password/", {"email": email}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode().replace(email, "…")


def without_token(page: str) -> str:
    """The page without what differs on every page."""
    return "\n".join(line for line in page.splitlines() if "csrf" not in line.lower())


def test_the_answer_is_the_same_whether_anybody_has_the_address(cast: Cast) -> None:
    known, unknown = ask(cast.ana.user.email), ask("nobody@example.test")
    assert without_token(known) == without_token(unknown)
    assert list(AccountMail.objects.values_list("kind", "user")) == [("password_reset", None)] * 2


def test_it_takes_the_same_time_whether_anybody_has_the_address(cast: Cast) -> None:
    def seconds(email: str) -> float:
        started = time.perf_counter()
        ask(email)
        SignInAttempt.objects.all().delete()
        return time.perf_counter() - started

    ask("warm@example.test")
    pairs = [(seconds(cast.ana.user.email), seconds(f"no{each}@example.test")) for each in range(9)]
    known, unknown = (median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_no_mail_leaves_inside_the_request_and_one_leaves_afterwards(cast: Cast) -> None:
    ask(cast.ana.user.email)
    ask("nobody@example.test")
    assert mail.outbox == []
    assert [message.to for message in sent()] == [[cast.ana.user.email]]
    assert len(sent()) == 1, "planned and sent once"


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_the_link_is_ours_whatever_host_the_request_names(cast: Cast, settings: object, header: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined] # as bad as it can be
    ask(cast.ana.user.email, **{header: "evil.example"})
    (message,) = sent()
    assert "evil.example" not in str(message.message())
    assert link_in(message).startswith("/password/")


def test_the_link_sets_a_password_once_and_ends_every_session(cast: Cast) -> None:
    elsewhere = signed_in(cast.ana)
    ask(cast.ana.user.email)
    link = link_in(sent()[0])
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": BETTER}).status_code == 302
    assert client.get("/settings/profile/").status_code == 200, "and signs in"
    assert elsewhere.get("/settings/profile/").status_code == 302
    assert client.get(link).status_code == 404
    assert type_in(Client(), cast.ana, PASSWORD).status_code == 422
    assert type_in(Client(), cast.ana, BETTER).status_code == 302
    assert "Your password was changed" in {message.subject for message in sent()}


def test_a_mail_that_is_asked_for_too_often_is_not_sent_and_nobody_is_told(cast: Cast) -> None:
    pages = [without_token(ask(cast.ana.user.email)) for _each in range(9)]
    assert len(set(pages)) == 1
    assert len(sent()) == 5


def test_somebody_who_can_sign_in_nowhere_gets_no_link(cast: Cast) -> None:
    cast.ana.user.is_active = False
    cast.ana.user.save()
    ask(cast.ana.user.email)
    assert sent() == []


@pytest.mark.parametrize("key", ["x", "MQ-x", "-", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5-a"])
def test_a_made_up_link_is_refused(cast: Cast, key: str) -> None:
    assert Client().get(f"/password/{key}/").status_code == 404
