"""Child processes that never outlive us: the kernel signals them when we die, however we die."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from opsteam.embedded.privileges import Account, become

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    death_signal: signal.Signals,
    environment: Mapping[str, str],
    directory: Path,
    stdin: int = subprocess.DEVNULL,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """A child in its own process group, writing to the end of `log`; it gets `death_signal` when we end.

    Call it from the main thread: the kernel signals when the *thread* that forked ends.
    """
    with open(log, "ab", opener=_owner_only) as output:
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [str(argument) for argument in arguments],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            process_group=0,
            preexec_fn=_before_exec(os.getpid(), death_signal, account),  # noqa: PLW1509 - single-threaded by contract
        )


def stop(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """The process has ended: each signal is followed by its patience in seconds, at last SIGKILL."""
    for number, patience_seconds in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _before_exec(parent: int, death_signal: signal.Signals, account: Account | None) -> Callable[[], None]:
    def prepare() -> None:
        os.umask(0o077)
        if account is not None:
            become(account)
        # After the change of user, which clears it.
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
