"""What a backup says about itself: the last file of the archive, and the yardstick of a restore."""

import hmac
from hashlib import sha256
from zipfile import BadZipFile, ZipFile

import msgspec
from django.conf import settings

from opsteam.operating.errors import NotABackup

FORMAT = 1
NAME = "manifest.json"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table's file: its columns in order, its rows, the digest of the file and an order-free one of the rows."""

    name: str
    columns: list[str]
    rows: int
    checksum: str
    sha256: str
    bytes: int

    @property
    def file(self) -> str:
        """Where its rows are in the archive."""
        return f"tables/{self.name}.csv"


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a sequence stands."""

    name: str
    last: int
    is_called: bool


class ArchivedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A month of facts that had left the database before; `is_included` where its file is in the archive."""

    file_name: str
    sha256: str
    facts: int
    is_included: bool

    @property
    def file(self) -> str:
        """Where it is in the archive."""
        return f"months/{self.file_name}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a restore has to know, and everything it has to match.

    `waiting` says how many events each follower of the log had not seen; `key_mark` whether the secret key is the
    one that tokens and encrypted columns need.
    """

    format: int
    made_at: str
    version: str
    postgresql: str
    key_mark: str
    migrations: list[tuple[str, str]]
    months: list[str]
    tables: list[Table]
    left_out: dict[str, str]
    sequences: list[Sequence]
    waiting: dict[str, int]
    roles: list[str]
    archived: list[ArchivedFile]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


def written(manifest: Manifest) -> bytes:
    """The manifest as its file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def manifest_of(archive: ZipFile) -> Manifest:
    """What the archive says about itself; refuses what is no backup, or one of a later format."""
    try:
        manifest = msgspec.json.decode(archive.read(NAME), type=Manifest)
    except (KeyError, BadZipFile, msgspec.DecodeError) as error:
        raise NotABackup("This file is no backup of opsteam, or only the beginning of one.") from error
    if manifest.format > FORMAT:
        raise NotABackup("This backup was written by a later version of opsteam. Install that one first.")
    return manifest


def key_mark() -> str:
    """Tells two secret keys apart and gives neither away."""
    return hmac.new(settings.SECRET_KEY.encode(), b"opsteam.operating.manifest", sha256).hexdigest()[:16]
