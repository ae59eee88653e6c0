"""Secrets that the database keeps (signing keys, chat tokens, TOTP seeds): stored encrypted, never as they are.

`OPSTEAM_ENCRYPTION_KEYS` names the keys, newest first. The newest encrypts, all of them decrypt, and after a
change `manage.py rotate_secrets` brings every stored secret to the newest. Without it one key is derived from
`SECRET_KEY`, which stays readable as the last one, so that keys can be introduced later.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models

# Tells what is encrypted from what is not, and one way of encrypting from a later one.
MARK = "fernet:"
PURPOSE = b"opsteam stored secrets 1"
BATCH_ROWS = 500
UNENCRYPTED = "This is not an encrypted secret."
NO_KEY_FITS = (
    "No configured key opens it. Put the key it was made with back into OPSTEAM_ENCRYPTION_KEYS, after the newest; "
    "where that was unset, OPSTEAM_SECRET_KEY was the key."
)


class SecretUnreadable(Exception):  # noqa: N818 - named for what it is
    """None of the configured keys opens this secret, or it was never encrypted."""


@dataclass(slots=True)
class Rotation:
    """What a rotation did: rows brought to the newest key, and a sentence per row that no key opens."""

    changed: int = 0
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A text column that `encrypt` filled, or a JSON column in which every marked text is such a secret."""

    model: str
    name: str


columns: list[EncryptedColumn] = []


def register_encrypted(model: str, name: str) -> None:
    """`rotate_secrets` keeps this column (`"app.Model"`, `"field"`) under the newest key. Call it in `ready`."""
    column = EncryptedColumn(model, name)
    if column not in columns:
        columns.append(column)


def encrypt(text: str) -> str:
    """`text` under the newest key, as ASCII that says so itself."""
    return MARK + MultiFernet(_boxes()).encrypt(text.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """What was encrypted; refuses with `SecretUnreadable` where no key fits or `stored` is no secret of ours."""
    try:
        return MultiFernet(_boxes()).decrypt(_token(stored)).decode()
    except InvalidToken:
        raise SecretUnreadable(NO_KEY_FITS) from None


def is_newest(stored: str) -> bool:
    """Whether `stored` is under the newest key already."""
    try:
        _boxes()[0].decrypt(_token(stored))
    except InvalidToken:
        return False
    return True


def rotate() -> Rotation:
    """Every registered secret that a configured key opens is under the newest key.

    In batches, each row by itself and only where nobody has changed it meanwhile: it may be stopped at any point,
    started again, or run twice at once.
    """
    rotation = Rotation()
    for column in columns:
        model = apps.get_model(column.model)
        for key, value in _rows(model, column.name):
            try:
                rotation.changed += _rotate_row(model, column.name, key, value)
            except SecretUnreadable as error:
                rotation.unreadable.append(f"{column.model}.{column.name} of row {key}: {error}")
    return rotation


def _rows(model: type[models.Model], name: str) -> Iterator[tuple[Any, Any]]:
    """Key and value of every row, by keyset, so that no transaction or cursor stays open."""
    rows = model._base_manager.order_by("pk").values_list("pk", name)
    batch = list(rows[:BATCH_ROWS])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH_ROWS])


def _rotate_row(model: type[models.Model], name: str, key: Any, value: Any) -> int:
    """1 where the row was changed, 0 where it need not or somebody else has just changed it."""
    renewed = _renewed(value)
    if renewed == value:
        return 0
    return model._base_manager.filter(pk=key, **{name: value}).update(**{name: renewed})


def _renewed(value: Any) -> Any:
    """`value` with every secret in it under the newest key; equal to it where all are."""
    if isinstance(value, dict):
        return {name: _renewed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_renewed(each) for each in value]
    if not isinstance(value, str) or not value.startswith(MARK) or is_newest(value):
        return value
    return encrypt(decrypt(value))


def _token(stored: str) -> bytes:
    if not stored.startswith(MARK):
        raise SecretUnreadable(UNENCRYPTED)
    return stored.removeprefix(MARK).encode("ascii", "replace")


def _boxes() -> tuple[Fernet, ...]:
    return _derived((*settings.ENCRYPTION_KEYS, settings.SECRET_KEY))


@lru_cache(maxsize=8)
def _derived(texts: tuple[str, ...]) -> tuple[Fernet, ...]:
    """A key per text, by HKDF-SHA256 (RFC 5869), so that any long random text will do."""
    return tuple(
        Fernet(
            base64.urlsafe_b64encode(
                HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
            )
        )
        for text in texts
    )
