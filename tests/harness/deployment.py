"""A whole deployment as child processes, on servers of its own behind a network that can break."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from opsteam.embedded import children, first_page, programs
from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.ports import LOOPBACK, free_port, listening
from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.redis import EmbeddedRedis
from tests.harness.disk import SmallDisk
from tests.harness.hooks import HookReceiver
from tests.harness.mail import MailServer
from tests.harness.processes import descendants, kill, threads_of
from tests.harness.relay import Relay
from tests.services import TEMPLATE

# As in common.wall.policies, which needs settings.
WEB, WORKER = "opsteam_web", "opsteam_worker"
SWEEP_SECONDS = 10
START_SECONDS = 120
# What `python -m opsteam.serve` starts besides its main thread.
WEB_THREADS = 8
# What an operating system would lose in a power cut is not what is tested: processes die, the machine does not.
POSTGRES_SETTINGS = {"fsync": "off", "max_wal_size": "96MB", "min_wal_size": "32MB", "wal_keep_size": "0"}
ROOT = Path(__file__).resolve().parent.parent.parent


class Servers:
    """PostgreSQL and Redis, before anything of opsteam runs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.disk = SmallDisk(directory / "disk")
        self.postgres = EmbeddedPostgres(
            self.disk.directory / "postgres", settings=POSTGRES_SETTINGS, log=directory / "postgres.log"
        )
        self.redis = EmbeddedRedis(directory / "redis", fast=True)

    def start(self, tables: Path | None = None) -> None:
        """Both answer; with all tables where `tables` is a stopped server that has them."""
        # PostgreSQL's own user has to pass.
        self.directory.chmod(0o711)
        self.disk.mount()
        if tables is not None:
            subprocess.run(["cp", "--archive", tables, self.postgres.directory], check=True)
        self.postgres.start()
        if tables is not None:
            self._name_database()
        self.redis.start()

    def _name_database(self) -> None:
        """The tables are in the database that everybody is told of."""
        at = urlsplit(self.postgres.url)
        maintenance = psycopg2.connect(at._replace(path="/postgres").geturl())
        maintenance.autocommit = True
        name = at.path.removeprefix("/")
        maintenance.cursor().execute(f"DROP DATABASE {name}")
        maintenance.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        maintenance.close()

    def crash_postgres(self) -> None:
        """Every process of the server is killed at once."""
        assert self.postgres.process is not None
        for process_id in [self.postgres.process.pid, *descendants(self.postgres.process.pid)]:
            kill(process_id)
        self.postgres.process.wait()

    def return_postgres(self) -> float:
        """The server answers again; the moment at which it did."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.postgres.start()
            except EmbeddedError:
                # The dead server's shared memory is held for a moment by the last of its backends.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return time.monotonic()

    def wait_for_postgres(self) -> float:
        """Clients are let in; the moment at which one was."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self.postgres.url, connect_timeout=5).close()
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return time.monotonic()

    def close(self) -> None:
        """Neither server runs, and the disk is gone."""
        self.disk.relieve()
        self.postgres.stop()
        self.redis.stop()
        self.disk.unmount()


class Deployment:
    """Two web processes on one address, two workers, two beats, and whom they tell: a mail server and a program."""

    def __init__(self, servers: Servers, variables: Mapping[str, str]) -> None:
        self.servers, self.directory = servers, servers.directory
        self.mail, self.hooks = MailServer(), HookReceiver()
        postgres, redis = urlsplit(servers.postgres.url), urlsplit(servers.redis.url)
        self.relay = Relay(
            self.directory / "relay.log",
            postgres=postgres.port or 0,
            redis=redis.port or 0,
            smtp=self.mail.port,
        )
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.environment = {
            **os.environ,
            **variables,
            # One thread per process, so that a web process with its threads is one that serves.
            "OPENBLAS_NUM_THREADS": "1",
            "REDIS_URL": _through(servers.redis.url, self.relay.ports["redis"]),
            "OPSTEAM_EMAIL_URL": f"smtp://{LOOPBACK}:{self.relay.ports['smtp']}",
            "OPSTEAM_SWEEP_SECONDS": str(SWEEP_SECONDS),
        }
        listener = listening(self.port)
        assert listener is not None
        self.webs = [
            programs.WebCommand(listener, self.url, self._place(f"web-{number}", WEB)) for number in (1, 2)
        ]
        self.workers = [programs.worker(self._place(f"worker-{number}", WORKER)) for number in (1, 2)]
        self.beats = [self._beat(1), self._beat(2)]
        # Which programs ended by themselves, and how often: whoever runs opsteam starts them again.
        self.revived: Counter[str] = Counter()
        # How long the log of each program was when it was launched last.
        self._said_before: dict[programs.Command, int] = {}

    @property
    def everything(self) -> list[programs.Command]:
        """Everything of opsteam that runs."""
        return [*self.webs, *self.workers, *self.beats]

    def start(self) -> None:
        """Pages are answered and workers take jobs."""
        self.relay.start()
        for program in self.everything:
            self.launch(program)
        self.wait(lambda: first_page.answers(self.url, within_seconds=2), "the web answers")
        self.wait_for_webs()
        self.wait_for_workers()

    def launch(self, program: programs.Command) -> None:
        """The program runs, perhaps not yet ready."""
        self._said_before[program] = program.log.stat().st_size if program.log.exists() else 0
        program.launch()

    def revive(self) -> None:
        """What has ended by itself runs again, as `make run` and compose have it."""
        for program in self.everything:
            if program.process is not None and program.process.poll() is not None:
                self.revived[program.log.stem] += 1
                children.end_group(program.process)
                self.launch(program)

    def wait_for_webs(self) -> None:
        """Both have their threads: the last thing a web server does before it serves."""
        self.wait(lambda: all(map(_serves, self.webs)), "both web servers serve")

    def wait_for_workers(self) -> None:
        """Both have reached Redis since they were launched."""
        self.wait(lambda: all("ready." in self._said(each) for each in self.workers), "the workers are ready")

    def _said(self, program: programs.Command) -> str:
        with program.log.open("rb") as log:
            log.seek(self._said_before[program])
            return log.read().decode(errors="replace")

    def kill(self, program: programs.Command) -> None:
        """The program and what it has started are gone without a word."""
        assert program.process is not None
        for process_id in [program.process.pid, *descendants(program.process.pid)]:
            kill(process_id)
        program.process.wait()

    @contextmanager
    def redis_away(self) -> Iterator[None]:
        """Redis is killed, with all that was in it."""
        assert self.servers.redis.process is not None
        kill(self.servers.redis.process.pid)
        self.servers.redis.process.wait()
        yield
        self.servers.redis.start()

    @contextmanager
    def redis_hung(self) -> Iterator[None]:
        """Redis accepts and answers nothing."""
        assert self.servers.redis.process is not None
        os.kill(self.servers.redis.process.pid, signal.SIGSTOP)
        yield
        os.kill(self.servers.redis.process.pid, signal.SIGCONT)

    def wait(self, holds: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> float:
        """How long it took; raises where it did not come true."""
        started = time.monotonic()
        while not holds():
            self.revive()
            if time.monotonic() - started > seconds:
                raise TimeoutError(f"after {seconds} s still not: {what}")
            time.sleep(0.05)
        return time.monotonic() - started

    def close(self) -> None:
        """No process is left."""
        for program in self.everything:
            if program.process is not None:
                self.kill(program)
        self.relay.stop()
        self.mail.close()
        self.hooks.close()

    def _beat(self, number: int) -> programs.Command:
        place = self._place(f"beat-{number}", WORKER)
        sign = f"--schedule={self.directory / f'beat-{number}'}"
        return programs.Command(place, "tests.harness.clock", "beat", sign, "--pidfile=")

    def _place(self, name: str, role: str) -> programs.Place:
        """With the rights that the program has in a deployment, not with those of the tables' owner."""
        url = _through(self.servers.postgres.url_of(role), self.relay.ports["postgres"])
        return programs.Place(ROOT, {**self.environment, "DATABASE_URL": url}, self.directory / f"{name}.log")


def _serves(web: programs.Command) -> bool:
    return web.process is not None and threads_of(web.process.pid) > WEB_THREADS


def _through(url: str, port: int) -> str:
    """The same server, reached through another loopback port."""
    parts = urlsplit(url)
    login, _, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login}@{LOOPBACK}:{port}"))
