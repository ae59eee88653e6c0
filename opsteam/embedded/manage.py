"""`python -m opsteam.embedded.manage …`: a command of manage.py on the data of `make run`, running or stopped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from opsteam.embedded.errors import AlreadyRunningError, EmbeddedError
from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.state import State

PROJECT = Path(__file__).resolve().parent.parent.parent
# They want the database for themselves.
ONLY_WHILE_STOPPED = frozenset({"restore"})
NO_REDIS = "redis://127.0.0.1:1/0"


def main(arguments: list[str]) -> int:
    """The command's own exit status; 1 with a sentence where it cannot run now."""
    os.umask(0o077)
    state = State(PROJECT / ".opsteam")
    try:
        with _database(state, must_be_stopped=bool(ONLY_WHILE_STOPPED & set(arguments[:1]))) as url:
            return subprocess.run(  # noqa: S603 - the person's own command
                [sys.executable, PROJECT / "manage.py", *arguments], env=_environment(state, url), check=False
            ).returncode
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1


@contextmanager
def _database(state: State, *, must_be_stopped: bool) -> Iterator[str]:
    """The database of a running installation, or its server started for the time of the command."""
    server = EmbeddedPostgres(state.directory / "postgres", log=state.logs / "postgres.log")
    with ExitStack() as claimed:
        try:
            claimed.enter_context(state.claimed())
        except AlreadyRunningError as running:
            if must_be_stopped:
                raise EmbeddedError("opsteam is running here. Stop it first, then restore.") from running
            yield server.running_url()
            return
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def _environment(state: State, url: str) -> dict[str, str]:
    """What the programs of `make run` are given; there is no Redis to send hints to, and none is needed."""
    return {
        **os.environ,
        "OPSTEAM_MODE": "embedded",
        "OPSTEAM_SECRET_KEY": state.secret_key(),
        "OPSTEAM_STATE_DIR": str(state.directory),
        # For whoever sits at the terminal: a hint that no Redis takes is no news.
        "OPSTEAM_LOG_LEVEL": os.environ.get("OPSTEAM_LOG_LEVEL") or "ERROR",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or url,
        "REDIS_URL": os.environ.get("REDIS_URL") or NO_REDIS,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
