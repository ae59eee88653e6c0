"""Bringing every stored secret to the newest key."""

import io
import threading

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from common import secrets
from people.models import Organization, Team
from tests.conftest import Cast

SECRET = "whsec_canary-41f7"
OLD, NEW = "old-key-" + "o1" * 20, "new-key-" + "n2" * 20


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """A text column stands for every registered one, three rows make a batch, and the old key is in force."""
    monkeypatch.setattr(secrets, "columns", [secrets.EncryptedColumn("people.Team", "name_en")])
    monkeypatch.setattr(secrets, "BATCH_ROWS", 3)
    settings.ENCRYPTION_KEYS = (OLD,)


def _store(organization: Organization, rows: int) -> None:
    for _row in range(rows):
        Team.objects.create(organization=organization, name_en=secrets.encrypt(SECRET))


def _stored() -> list[str]:
    return list(Team.objects.filter(name_en__startswith=secrets.MARK).values_list("name_en", flat=True))


def test_after_it_the_old_key_is_not_needed(cast: Cast, settings: LazySettings) -> None:
    _store(cast.organization, 7)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    assert secrets.rotate() == secrets.Rotation(changed=7)
    settings.ENCRYPTION_KEYS = (NEW,)
    assert {secrets.decrypt(each) for each in _stored()} == {SECRET}


def test_without_it_the_old_key_is_needed(cast: Cast, settings: LazySettings) -> None:
    _store(cast.organization, 1)
    settings.ENCRYPTION_KEYS = (NEW,)
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(_stored()[0])


def test_a_second_run_changes_nothing(cast: Cast, settings: LazySettings) -> None:
    _store(cast.organization, 4)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    secrets.rotate()
    before = _stored()
    assert secrets.rotate() == secrets.Rotation()
    assert _stored() == before


def test_it_goes_on_where_it_was_stopped(
    cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(cast.organization, 6)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    encrypt, calls = secrets.encrypt, iter(range(10))

    def stopped_after_four(text: str) -> str:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return encrypt(text)

    monkeypatch.setattr(secrets, "encrypt", stopped_after_four)
    with pytest.raises(KeyboardInterrupt):
        secrets.rotate()
    monkeypatch.setattr(secrets, "encrypt", encrypt)
    assert secrets.rotate().changed == 2


def test_secrets_inside_json_are_found(cast: Cast, settings: LazySettings) -> None:
    value = {"secret": secrets.encrypt("a"), "codes": [secrets.encrypt("b"), 3], "name": "plain"}
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    renewed = secrets._renewed(value)
    assert secrets.is_newest(renewed["secret"])
    assert secrets.is_newest(renewed["codes"][0])
    assert (renewed["codes"][1], renewed["name"]) == (3, "plain")


def test_a_row_that_no_key_opens_is_named_and_delays_no_other(cast: Cast, settings: LazySettings) -> None:
    _store(cast.organization, 1)
    lost = Team.objects.get(name_en__startswith=secrets.MARK)
    settings.ENCRYPTION_KEYS = (NEW,)
    _store(cast.organization, 1)
    settings.ENCRYPTION_KEYS = ("third-key-" + "t3" * 20, NEW)
    told = io.StringIO()
    with pytest.raises(CommandError, match=f"people.Team.name_en of row {lost.pk}: No configured key"):
        call_command("rotate_secrets", stdout=told)
    assert told.getvalue() == "1 rows encrypted with the newest key.\n"


@pytest.mark.django_db(transaction=True)
def test_running_twice_at_once_leaves_every_secret_readable(settings: LazySettings) -> None:
    organization = Organization.objects.create(slug="acme", name_en="Acme")
    _store(organization, 20)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    both, changed = threading.Barrier(2), []

    def run() -> None:
        both.wait()
        changed.append(secrets.rotate().changed)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(changed) == 20
    settings.ENCRYPTION_KEYS = (NEW,)
    assert [secrets.decrypt(each) for each in _stored()] == [SECRET] * 20


def test_what_somebody_changed_meanwhile_is_left_alone(
    cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(cast.organization, 1)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    encrypt = secrets.encrypt

    def changed_meanwhile(text: str) -> str:
        Team.objects.filter(name_en__startswith=secrets.MARK).update(name_en=encrypt("the newer secret"))
        return encrypt(text)

    monkeypatch.setattr(secrets, "encrypt", changed_meanwhile)
    assert secrets.rotate().changed == 0
    assert [secrets.decrypt(each) for each in _stored()] == ["the newer secret"]
