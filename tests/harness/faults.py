"""What goes wrong, one thing after the other, while clients work."""

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from opsteam.embedded import programs
from tests.harness.deployment import Deployment
from tests.harness.processes import command_of, descendants, kill

AWAY_SECONDS = 2.0
# SIGTERM, then as long as a careful operating system waits.
CALM_SECONDS = 1.2


@dataclass
class Record:
    """What was done to the deployment, and when."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    redis_windows: list[tuple[float, float]] = field(default_factory=list)
    postgres_returned_at: list[float] = field(default_factory=list)
    last_kill_at: float = 0.0

    def killed(self, what: str) -> None:
        """A process was ended by SIGKILL."""
        self.kills[what] += 1
        self.last_kill_at = time.monotonic()


class Faults:
    """Each method is one fault and its repair; the names are those of the report."""

    def __init__(self, deployment: Deployment, record: Record, seed: int = 1) -> None:
        self._deployment, self.record = deployment, record
        self._chance = random.Random(seed)

    def run(self, name: str) -> None:
        """The fault of this name, repaired, with a moment of calm after it."""
        self.record.faults[name] += 1
        getattr(self, name)()
        time.sleep(CALM_SECONDS)

    def web_killed(self) -> None:
        """One of two; clients of its connections see them break."""
        self._kill(self._chance.choice(self._deployment.webs), "web")

    def worker_killed(self) -> None:
        """With both of its pool processes."""
        self._kill(self._chance.choice(self._deployment.workers), "worker")

    def beat_killed(self) -> None:
        """One of two."""
        self._kill(self._chance.choice(self._deployment.beats), "beat")

    def pool_process_killed(self) -> None:
        """One that works; its parent starts another."""
        parents = [each.process.pid for each in self._deployment.workers if each.process is not None]
        pool = [process_id for parent in parents for process_id in descendants(parent)]
        if pool and kill(self._chance.choice(pool)):
            self.record.killed("pool process")

    def postgres_killed(self) -> None:
        """All its processes at once."""
        servers = self._deployment.servers
        servers.crash_postgres()
        self.record.killed("postgres")
        self.record.postgres_returned_at.append(servers.return_postgres())

    def backend_killed(self) -> None:
        """One connection's process; PostgreSQL then restarts all of them itself."""
        process = self._deployment.servers.postgres.process
        assert process is not None
        backends = [each for each in descendants(process.pid) if " opsteam " in command_of(each)]
        if backends and kill(self._chance.choice(backends)):
            self.record.killed("postgres backend")

    def redis_killed(self) -> None:
        """It comes back empty."""
        started = time.monotonic()
        with self._deployment.redis_away():
            self.record.killed("redis")
            time.sleep(AWAY_SECONDS)
        self.record.redis_windows.append((started, time.monotonic()))

    def redis_hung(self) -> None:
        """It accepts connections and answers nothing."""
        started = time.monotonic()
        with self._deployment.redis_hung():
            time.sleep(AWAY_SECONDS)
        self.record.redis_windows.append((started, time.monotonic()))

    def redis_flushed(self) -> None:
        """Every queued message is gone."""
        from redis import Redis

        with Redis.from_url(self._deployment.servers.redis.url) as client:
            client.flushall()

    def web_ended(self) -> None:
        """SIGTERM: what is under way is finished first."""
        web = self._chance.choice(self._deployment.webs)
        self._deployment.end(web)
        web.launch()

    def worker_ended(self) -> None:
        """SIGTERM: jobs are finished first."""
        worker = self._chance.choice(self._deployment.workers)
        self._deployment.end(worker)
        worker.launch()

    def postgres_cut(self) -> None:
        """Every connection to PostgreSQL breaks."""
        self._deployment.relay.tell("postgres", "cut")

    def postgres_silent(self) -> None:
        """Nothing arrives, nothing breaks."""
        self._for_a_moment("postgres", "silent")

    def network_slow(self) -> None:
        """Each piece of data takes 50 ms longer to PostgreSQL and to Redis."""
        self._deployment.relay.tell("redis", "slow")
        self._for_a_moment("postgres", "slow")
        self._deployment.relay.tell("redis", "well")

    def redis_silent(self) -> None:
        """A black hole in front of Redis."""
        started = time.monotonic()
        self._for_a_moment("redis", "silent")
        self.record.redis_windows.append((started, time.monotonic()))

    def mail_cut(self) -> None:
        """Connections to the mail server break, perhaps between its taking a letter and its saying so."""
        self._deployment.relay.tell("smtp", "cut")

    def mail_silent(self) -> None:
        """The mail server does not answer for a moment."""
        self._for_a_moment("smtp", "silent")

    def clock_jumped(self) -> None:
        """A beat's wall clock goes a day ahead, and back."""
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            for beat in self._deployment.beats:
                assert beat.process is not None
                os.kill(beat.process.pid, number)
            time.sleep(AWAY_SECONDS)

    def disk_full(self) -> None:
        """PostgreSQL cannot write for a moment; it may have to restart."""
        servers = self._deployment.servers
        if servers.disk.refusal:
            self.record.skipped["disk_full"] = servers.disk.refusal
            return
        servers.disk.fill()
        time.sleep(AWAY_SECONDS)
        servers.disk.relieve()
        if servers.postgres.process is None or servers.postgres.process.poll() is not None:
            servers.return_postgres()

    def _kill(self, program: programs.Command, what: str) -> None:
        self._deployment.kill(program)
        self.record.killed(what)
        program.launch()

    def _for_a_moment(self, name: str, state: str) -> None:
        self._deployment.relay.tell(name, state)
        time.sleep(AWAY_SECONDS)
        self._deployment.relay.tell(name, "well")


SHORT_PLAN: tuple[str, ...] = (
    *("web_killed", "pool_process_killed", "redis_flushed", "postgres_killed", "worker_killed"),
    *("redis_killed", "postgres_cut", "pool_process_killed", "backend_killed", "beat_killed", "mail_cut"),
    *("web_killed", "clock_jumped", "pool_process_killed", "postgres_killed", "redis_flushed"),
    *("redis_hung", "worker_killed", "mail_silent", "backend_killed", "pool_process_killed", "web_ended"),
    *("redis_killed", "postgres_silent", "web_killed", "disk_full", "backend_killed", "worker_ended"),
    *(
        "network_slow",
        "postgres_killed",
        "redis_silent",
        "pool_process_killed",
        "redis_killed",
        "beat_killed",
    ),
    *("backend_killed", "pool_process_killed", "postgres_killed", "redis_flushed"),
)
