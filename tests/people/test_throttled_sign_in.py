"""How often anybody may try: real guesses against real rows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client, override_settings

from people import services
from people.errors import TooManyAttempts
from people.models import SignInAttempt
from people.services import Origin, account_key, throttling
from tests.conftest import Cast
from tests.people.browsing import signed_in, type_in


def guesses(cast: Cast, number: int, *, networks: int = 1) -> list[bool]:
    """Which of so many wrong passwords for ana were looked at; without the hashing, which is slow by design."""
    account = account_key("password", cast.ana.user.email)

    def guess(each: int) -> bool:
        try:
            attempt = services.admit(account=account, origin=Origin(f"198.51.100.{each % networks}"))
        except TooManyAttempts:
            return False
        services.settle(attempt, passed=False)
        return True

    return [guess(each) for each in range(number)]


def leaves(client: Client) -> Client:
    """Signed out, with the cookies that browsers keep."""
    client.post("/sign-out/")
    return client


def test_the_sixth_guess_from_one_network_is_not_looked_at(cast: Cast) -> None:
    tries = [type_in(Client(), cast.ana, "wrong").status_code for _each in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert type_in(Client(), cast.ana).status_code == 429, "nor is the right password"


def test_it_says_in_how_many_minutes_the_next_guess_is_looked_at(cast: Cast) -> None:
    for minutes in (7, 5, 3, 0, 0):
        type_in(Client(), cast.ana, "wrong")
        SignInAttempt.objects.update(at=F("at") - timedelta(minutes=minutes, seconds=-1))
    oldest = SignInAttempt.objects.order_by("pk")[:1]
    assert "Try again in 1 minute," in type_in(Client(), cast.ana).content.decode(), "15 without 7 + 5 + 3"
    SignInAttempt.objects.filter(pk__in=[each.pk for each in oldest]).delete()
    type_in(Client(), cast.ana, "wrong")
    refused = type_in(Client(), cast.ana)
    assert "Try again in 8 minutes," in refused.content.decode(), "15 without 5 + 3"
    assert 7 * 60 < int(refused["Retry-After"]) <= 8 * 60, "the same in seconds, for programs"


def test_whoever_proves_once_more_too_often_is_refused_in_the_same_way(cast: Cast) -> None:
    """A new password, and the proof before what matters, ask for the present one."""
    client = signed_in(cast.ana)
    for address, typed in (
        ("/settings/password/", {"current": "wrong", "password": "seven green lamps sing"}),
        ("/settings/confirmation/", {"password": "wrong"}),
    ):
        tries = [client.post(address, typed) for _each in range(11)]
        SignInAttempt.objects.all().delete()
        assert [each.status_code for each in tries] == [422] * 10 + [429], address
        assert "Retry-After" not in tries[0], address
        assert 14 * 60 < int(tries[-1]["Retry-After"]) <= 15 * 60, address


def test_many_networks_together_get_twenty_guesses(cast: Cast) -> None:
    assert guesses(cast, 60, networks=30).count(True) == 20


def test_whoever_signed_in_here_before_gets_in_while_others_hammer_the_address(cast: Cast) -> None:
    own = leaves(signed_in(cast.ana, address="192.0.2.1"))
    assert guesses(cast, 60, networks=30).count(True) == 20
    assert type_in(own, cast.ana, address="203.0.113.9").status_code == 302, "a known device, wherever it is"
    assert type_in(Client(), cast.ana, address="192.0.2.1").status_code == 302, "a known network, any device"
    assert type_in(Client(), cast.ana, address="203.0.113.10").status_code == 429, "a stranger waits"


def test_without_the_memory_of_devices_and_networks_the_owner_would_be_shut_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = leaves(signed_in(cast.ana, address="192.0.2.1"))
    monkeypatch.setattr(throttling, "is_known", lambda **_origin: False)
    guesses(cast, 30, networks=30)
    assert type_in(own, cast.ana, address="192.0.2.1").status_code == 302, "the device has a count of its own"
    assert type_in(Client(), cast.ana, address="192.0.2.1").status_code == 429


def test_a_known_device_has_a_limit_of_its_own(cast: Cast) -> None:
    own = leaves(signed_in(cast.ana))
    tries = [type_in(own, cast.ana, "wrong").status_code for _each in range(11)]
    assert tries == [422] * 10 + [429]


def test_the_cookie_of_one_person_is_no_known_device_of_another(cast: Cast) -> None:
    bens = leaves(signed_in(cast.ben))
    guesses(cast, 20, networks=20)
    assert type_in(bens, cast.ana, "wrong", "203.0.113.1").status_code == 429


def test_an_unknown_address_is_counted_and_answered_like_a_known_one(cast: Cast) -> None:
    def answers(email: str) -> list[tuple[int, str]]:
        form = {"email": email, "password": "wrong"}
        found = [Client().post("/sign-in/", form, REMOTE_ADDR="198.51.100.7") for _each in range(7)]
        return [
            (answer.status_code, answer.content.decode().split('role="alert"')[1][:200]) for answer in found
        ]

    known = answers(cast.ana.user.email)
    SignInAttempt.objects.all().delete()
    assert answers("nobody@example.test") == known


def test_success_forgives_the_mistypes_before_it_but_not_those_of_strangers(cast: Cast) -> None:
    client = Client()
    for _round in range(2):
        assert [type_in(client, cast.ana, "wrong").status_code for _each in range(4)] == [422] * 4
        assert type_in(client, cast.ana).status_code == 302
        client = Client()


def test_after_a_quarter_of_an_hour_guesses_are_forgotten(cast: Cast) -> None:
    guesses(cast, 6)
    SignInAttempt.objects.update(at=F("at") - timedelta(minutes=16))
    assert guesses(cast, 1) == [True]
    assert services.forget_attempts() == 5


@pytest.mark.parametrize(("proxies", "refused"), [(0, True), (1, False)])
def test_only_a_trusted_proxy_says_where_a_guess_comes_from(cast: Cast, proxies: int, refused: bool) -> None:
    with override_settings(TRUSTED_PROXIES=proxies):
        answers = [
            Client().post(
                "/sign-in/",
                {"email": cast.ana.user.email, "password": "wrong"},
                headers={"X-Forwarded-For": f"10.0.0.{each}"},
            )
            for each in range(6)
        ]
    assert (answers[-1].status_code == 429) is refused


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_cannot_slip_through() -> None:
    account = account_key("password", "ana@example.test")

    def guess(_each: int) -> bool:
        try:
            services.admit(account=account, origin=Origin("198.51.100.1"))
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(guess, range(40)))
    assert admitted.count(True) == throttling.PER_PLACE
