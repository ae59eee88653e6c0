"""Child processes that never outlive us: the kernel signals them when we die, however we die."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from opsteam.embedded.privileges import Account, become

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
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
    inherited: Sequence[int] = (),
    progress: bool = False,
) -> subprocess.Popen[bytes]:
    """A child in its own process group, writing to the end of `log`; with `progress` its errors to our console.

    It gets `death_signal` when we end. Call it from the main thread: the kernel watches the forking *thread*.
    """
    with open(log, "ab", opener=_owner_only) as output:
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [str(argument) for argument in arguments],
            stdin=stdin,
            stdout=output,
            stderr=None if progress else subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            process_group=0,
            pass_fds=inherited,
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


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Nothing that the ended process had started in its process group runs any more."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def ending(process: subprocess.Popen[bytes]) -> str:
    """How the process ended, for a person."""
    status = process.returncode
    if status is None:
        return "is still running"
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def adopt_orphans() -> None:
    """What our children leave behind becomes ours to reap, instead of that of the machine's first process."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(known: Collection[int]) -> None:
    """Ended processes that are not among the `known` children are gone from the process table."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in known:
            return
        os.waitpid(ended.si_pid, 0)


def end_with_parent(number: signal.Signals) -> None:
    """This process gets the signal when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _before_exec(parent: int, death_signal: signal.Signals, account: Account | None) -> Callable[[], None]:
    def prepare() -> None:
        os.umask(0o077)
        if account is not None:
            become(account)
        # After the change of user, which clears it.
        end_with_parent(death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
