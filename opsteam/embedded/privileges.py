"""PostgreSQL refuses to run as root: it becomes `nobody`, who may still pass the directories on the way."""

import ctypes
import os
import pwd
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from opsteam.embedded.errors import EmbeddedError

_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522

# Loaded before any fork: a child between fork and exec must not load libraries.
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The user a child becomes, and the one capability it keeps (None: the rights of that user suffice)."""

    user_id: int
    group_id: int
    capability: int | None


def account_for_server(paths: Iterable[Path]) -> Account | None:
    """None for a plain user; for root the account under which a server can reach every path, or a refusal."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root and there is no user `nobody`; start as a plain user."
        ) from None
    hidden = next((found for path in paths if (found := _first_closed_ancestor(path))), None)
    capability = None if hidden is None else _search_capability(hidden)
    return Account(nobody.pw_uid, nobody.pw_gid, capability)


def become(account: Account) -> None:
    """Between fork and exec: this process is `account` from here on, for good."""
    if account.capability is not None:
        # Keeps the capabilities over the change of user, and later lets access(2) count the one that is kept.
        _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(account.group_id)
    os.setuid(account.user_id)
    if account.capability is not None:
        _keep_only(account.capability)


def _first_closed_ancestor(path: Path) -> Path | None:
    """The first directory above `path` that only its owner or group may enter."""
    for parent in reversed(path.resolve().parents):
        if not stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH:
            return parent
    return None


def _search_capability(hidden: Path) -> int:
    status = Path("/proc/self/status").read_text()
    permitted = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapPrm")), 16)
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if permitted & (1 << capability):
            return capability
    raise EmbeddedError(
        f"PostgreSQL refuses to run as root, and the user `nobody` may not enter {hidden}. "
        "Run `make run` as a plain user, or move this directory to where every user may enter."
    )


def _keep_only(capability: int) -> None:
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    sets = struct.pack("=IIIIII", mask, mask, mask, 0, 0, 0)
    if _libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, first: int, second: int = 0) -> None:
    if _libc.prctl(option, first, second, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")
