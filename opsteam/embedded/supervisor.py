"""The supervisor: starts everything in order, keeps it running, and stops it so that nothing is lost."""

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from opsteam.embedded import children, first_page, own_servers, programs, roles
from opsteam.embedded.choices import Choices
from opsteam.embedded.console import Console
from opsteam.embedded.errors import ServerEndedError, ServerLateError, StopRequestedError
from opsteam.embedded.logfiles import last_lines
from opsteam.embedded.ports import LOOPBACK
from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.preparation import Preparation, demo_of
from opsteam.embedded.programs import Program
from opsteam.embedded.redis import EmbeddedRedis
from opsteam.embedded.state import Claim, State
from opsteam.embedded.supervision import Watch

_LOOK_SECONDS = 0.2
_READY_SECONDS = 180.0


class Supervisor:
    """One run of the embedded installation, from the first server to the last one stopped."""

    def __init__(self, project: Path, choices: Choices, console: Console) -> None:
        self.project = project
        self.choices = choices
        self.console = console
        self.state = State(project / ".opsteam")
        self._given_passwords = roles.given(os.environ)
        # The roles' passwords are for `manage.py upgrade` alone.
        self.environment = {
            name: value for name, value in os.environ.items() if name not in roles.VARIABLES.values()
        }
        self._started: list[tuple[str, Program]] = []
        self._stop_requested = False
        self._postgres: EmbeddedPostgres | None = None

    def run(self) -> None:
        """Returns when the person has asked to stop and everything has; refuses what cannot be started."""
        with self.state.claimed() as claim:
            self._listen_for_signals()
            children.adopt_orphans()
            try:
                self._start(claim)
                self._keep_running()
            except StopRequestedError:
                self.console.line()
            finally:
                self._stop()

    def _listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requested = True

    def _start(self, claim: Claim) -> None:
        listener = self.choices.web_socket()
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        self._start_servers()
        self.environment |= {
            "OPSTEAM_MODE": "embedded",
            "OPSTEAM_SITE_URL": url,
            "OPSTEAM_SECRET_KEY": self.state.secret_key(),
            "OPSTEAM_STATE_DIR": str(self.state.directory),
        }
        link = self._prepare()
        self._start_programs(listener, url, self._access())
        claim.write(url)
        self._announce(url, link)

    def _start_servers(self) -> None:
        """Both are launched before the first is waited for."""
        with self.console.step("Servers", "starting PostgreSQL and Redis", "PostgreSQL and Redis ready"):
            self.environment["DATABASE_URL"] = self._database_url()
            self.environment["REDIS_URL"] = self._redis_url()
            for name, server in self._started:
                self._until(server.is_ready, name, server)

    def _database_url(self) -> str:
        if self.choices.database_url is not None:
            own_servers.check_postgres(self.choices.database_url)
            return self.choices.database_url
        directory, log = self.state.directory / "postgres", self.state.logs / "postgres.log"
        self._postgres = EmbeddedPostgres(directory, log=log)
        self._launch("PostgreSQL", self._postgres)
        return self._postgres.url

    def _redis_url(self) -> str:
        if self.choices.redis_url is not None:
            own_servers.check_redis(self.choices.redis_url)
            return self.choices.redis_url
        server = EmbeddedRedis(self.state.directory / "redis", log=self.state.logs / "redis.log")
        self._launch("Redis", server)
        return server.url

    def _prepare(self) -> str | None:
        """The link to set up an empty installation, where it is one."""
        preparation = Preparation(
            self.project,
            self.state,
            self.environment | self._role_passwords(),
            self.console,
            self._until_ended,
        )
        embedded = self._postgres is not None
        preparation.migrate(
            remembered_in=self.state.directory / "postgres" / "migrations" if embedded else None
        )
        preparation.fill(credentials=self._credentials, wanted=self.choices.demo)
        return None if preparation.has_organization() else preparation.setup_link()

    @property
    def _credentials(self) -> Path:
        """One file per database, for a person may come with another one each time."""
        if self.choices.database_url is None:
            return self.state.directory / "demo.json"
        digest = hashlib.sha256(self.choices.database_url.encode()).hexdigest()[:12]
        return self.state.directory / f"demo-{digest}.json"

    def _access(self) -> roles.Access:
        """As whom web and workers connect; what a person should know of it is said."""
        if self._postgres is not None:
            access = roles.of_embedded(self._postgres)
        else:
            access = roles.of_own(self.environment["DATABASE_URL"], self._given_passwords)
        for number, words in enumerate(access.words):
            self.console.line(f"  {'' if number else 'Wall':<12} {words}")
        return access

    def _start_programs(self, listener: socket.socket, url: str, access: roles.Access) -> None:
        """The web server first and alone: the person waits for its first page."""
        with self.console.step("opsteam", "starting web, worker and beat", "web, worker and beat ready"):
            web = programs.WebCommand(listener, url, self._place("web", access.urls[roles.WEB]))
            self._launch("web", web)
            self._until(web.is_ready, "web", web)
            first_page.visit(url, log=web.log)
            background = access.urls[roles.WORKER]
            self._launch("worker", programs.worker(self._place("worker", background)))
            schedule = self.state.directory / "beat-schedule"
            self._launch("beat", programs.beat(schedule, self._place("beat", background)))

    def _role_passwords(self) -> dict[str, str]:
        """What `manage.py upgrade` has to know of the roles, and nothing else of ours."""
        server = self._postgres
        passwords = (
            {role: server.password_of(role) for role in roles.VARIABLES} if server else self._given_passwords
        )
        return {roles.VARIABLES[role]: password for role, password in passwords.items()}

    def _place(self, name: str, database_url: str) -> programs.Place:
        environment = self.environment | {"DATABASE_URL": database_url}
        return programs.Place(self.project, environment, self.state.logs / f"{name}.log")

    def _announce(self, url: str, link: str | None) -> None:
        demo = None if link else demo_of(self._credentials, self.environment["DATABASE_URL"])
        if demo and self._postgres is not None:
            self.state.announce(url=url, demo=demo)
        self.console.line()
        self.console.line(f"  opsteam is running: {url}")
        self.console.line()
        for user in demo["users"] if demo else ():
            self.console.line(
                f"    {user['email']:<28} {user['password']:<18} {user['role']}, {user['language']}"
            )
        if link:
            self.console.line(f"    Nothing is in it yet. Set it up here, once: {link}")
        self.console.line()
        self.console.line("  Ctrl-C stops it. Logs, mail and data are in .opsteam/")

    def _keep_running(self) -> None:
        watches = [Watch(name, program, self.console) for name, program in self._started]
        while not self._stop_requested:
            for watch in watches:
                watch.look()
            children.reap_orphans({watch.process_id for watch in watches if watch.process_id})
            time.sleep(_LOOK_SECONDS)
        self.console.line()

    def _stop(self) -> None:
        """Last started, first stopped: nothing loses its server while it still works."""
        self.state.run_file.unlink(missing_ok=True)
        if not self._started:
            return
        with self.console.step(
            "Stop", "finishing what is under way", "everything has stopped, nothing is lost"
        ):
            for _name, program in reversed(self._started):
                program.stop()
            children.reap_orphans(set())

    def _launch(self, name: str, program: Program) -> None:
        self._raise_if_stopped()
        program.launch()
        self._started.append((name, program))

    def _until(self, is_ready: Callable[[], bool], name: str, program: Program) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not is_ready():
            self._raise_if_stopped()
            if program.process is None or program.process.poll() is not None:
                words = "\n".join(last_lines(program.log, 12))
                raise ServerEndedError(f"{name} ended while starting. Its last lines:\n{words}")
            if time.monotonic() > deadline:
                raise ServerLateError(
                    f"{name} was not ready after {_READY_SECONDS:.0f} s; see {program.log}."
                )
            time.sleep(0.02)

    def _until_ended(self, process: "subprocess.Popen[bytes]") -> int:
        while process.poll() is None:
            if self._stop_requested:
                children.stop(process, (signal.SIGTERM, 5))
                raise StopRequestedError
            time.sleep(0.02)
        return process.returncode

    def _raise_if_stopped(self) -> None:
        if self._stop_requested:
            raise StopRequestedError
