"""Who is whose child, as the kernel tells it."""

import contextlib
import os
import signal
from pathlib import Path


def descendants(process_id: int) -> list[int]:
    """The process's children and theirs, youngest generation last."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [process_id]
    while waiting:
        children = parents.get(waiting.pop(0), [])
        found += children
        waiting += children
    return found


def kill(process_id: int) -> bool:
    """The process is gone without a word; False where it already was."""
    try:
        os.kill(process_id, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def command_of(process_id: int) -> str:
    """Its command line; empty where it is gone."""
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def threads_of(process_id: int) -> int:
    """How many threads it has; 0 where it is gone."""
    try:
        return len(os.listdir(f"/proc/{process_id}/task"))
    except OSError:
        return 0
