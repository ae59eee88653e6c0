"""What the database keeps of a secret, and who can read it."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import LazySettings

from common import secrets
from people.models import Team
from tests.conftest import Cast
from tests.secrets.database import tables_that_tell

SECRET = "whsec_canary-41f7"
OLD, NEW = "old-key-" + "o1" * 20, "new-key-" + "n2" * 20


def test_what_was_encrypted_can_be_read_again() -> None:
    assert secrets.decrypt(secrets.encrypt("密钥 and text")) == "密钥 and text"


def test_the_same_secret_is_stored_differently_each_time() -> None:
    assert secrets.encrypt(SECRET) != secrets.encrypt(SECRET)


def test_a_dump_of_the_database_does_not_tell_an_encrypted_secret(cast: Cast) -> None:
    Team.objects.create(organization=cast.organization, name_en=secrets.encrypt(SECRET))
    assert tables_that_tell(SECRET) == []


def test_a_dump_of_the_database_tells_a_secret_that_was_stored_as_it_is(cast: Cast) -> None:
    Team.objects.create(organization=cast.organization, name_en=SECRET)
    assert tables_that_tell(SECRET) == ["people_team"]


def test_a_wrong_key_is_refused_with_a_sentence_that_says_what_to_do(settings: LazySettings) -> None:
    stored = secrets.encrypt(SECRET)
    settings.SECRET_KEY = "another-" + "x9" * 20
    with pytest.raises(secrets.SecretUnreadable, match="OPSTEAM_ENCRYPTION_KEYS, after the newest"):
        secrets.decrypt(stored)


@pytest.mark.parametrize(
    "stored",
    ["", SECRET, "gAAAAA", Fernet(Fernet.generate_key()).encrypt(b"x").decode()],
    ids=["empty", "plain", "short", "without our mark"],
)
def test_what_was_never_encrypted_is_not_taken_for_a_secret(stored: str) -> None:
    with pytest.raises(secrets.SecretUnreadable, match="not an encrypted secret"):
        secrets.decrypt(stored)


@pytest.mark.parametrize("damage", ["fernet:", "fernet:gAAAA", "fernet:密钥", "cut short"])
def test_a_damaged_secret_is_refused(damage: str) -> None:
    stored = secrets.encrypt(SECRET)[:-4] if damage == "cut short" else damage
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(stored)


def test_an_older_key_still_reads_and_the_newest_writes(settings: LazySettings) -> None:
    settings.ENCRYPTION_KEYS = (OLD,)
    stored = secrets.encrypt(SECRET)
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    assert secrets.decrypt(stored) == SECRET
    assert not secrets.is_newest(stored)
    assert secrets.is_newest(secrets.encrypt(SECRET))


def test_keys_may_be_introduced_after_secrets_were_stored(settings: LazySettings) -> None:
    stored = secrets.encrypt(SECRET)
    settings.ENCRYPTION_KEYS = (NEW,)
    assert secrets.decrypt(stored) == SECRET


def test_the_secrets_of_second_steps_come_under_the_newest_key(cast: Cast, settings: LazySettings) -> None:
    settings.ENCRYPTION_KEYS = (OLD,)
    step = Authenticator.objects.create(
        user=cast.ana.user, type=Authenticator.Type.TOTP, data={"secret": secrets.encrypt(SECRET)}
    )
    settings.ENCRYPTION_KEYS = (NEW, OLD)
    secrets.rotate()
    settings.ENCRYPTION_KEYS = (NEW,)
    step.refresh_from_db()
    assert secrets.decrypt(step.data["secret"]) == SECRET
