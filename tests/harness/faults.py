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
# Long enough for work to begin again, so that the next fault meets some.
CALM_SECONDS = 1.0
# PostgreSQL has seen that one of its processes died, and lets nobody in.
NOTICING_SECONDS = 0.05


@dataclass
class Record:
    """What was done to the deployment, and when."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    # Programs that ended though nobody had killed them.
    revived: Counter[str] = field(default_factory=Counter)
    redis_windows: list[tuple[float, float]] = field(default_factory=list)
    postgres_returned_at: list[float] = field(default_factory=list)
    # From when until when a message on its way may have been cut off from whoever sends it.
    disturbances: list[tuple[float, float]] = field(default_factory=list)
    last_kill_at: float = 0.0

    def killed(self, what: str) -> None:
        """A process was ended by SIGKILL."""
        self.kills[what] += 1
        self.last_kill_at = time.monotonic()
        self.disturbed(self.last_kill_at)

    def disturbed(self, since: float) -> None:
        """What was being sent from then until now may be sent again."""
        self.disturbances.append((since, time.monotonic()))


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
        self._deployment.revive()

    def web_killed(self) -> None:
        """One of two, when both answer; clients of its connections see them break."""
        self._deployment.wait_for_webs()
        self._kill(self._chance.choice(self._deployment.webs), "web")

    def worker_killed(self) -> None:
        """With both of its pool processes, when both workers are ready."""
        self._deployment.wait_for_workers()
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
            time.sleep(NOTICING_SECONDS)
            self.record.postgres_returned_at.append(self._deployment.servers.wait_for_postgres())

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
        self._deployment.wait_for_webs()
        web = self._chance.choice(self._deployment.webs)
        web.stop()
        self._deployment.launch(web)

    def worker_ended(self) -> None:
        """SIGTERM: jobs are finished first."""
        self._deployment.wait_for_workers()
        worker = self._chance.choice(self._deployment.workers)
        worker.stop()
        self._deployment.launch(worker)

    def postgres_cut(self) -> None:
        """Every connection to PostgreSQL breaks."""
        self._deployment.relay.tell("postgres", "cut")
        self.record.disturbed(time.monotonic())

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
        self.record.disturbed(time.monotonic())

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
        started = time.monotonic()
        servers.disk.fill()
        time.sleep(AWAY_SECONDS)
        servers.disk.relieve()
        if servers.postgres.process is None or servers.postgres.process.poll() is not None:
            servers.return_postgres()
        self.record.disturbed(started)

    def _kill(self, program: programs.Command, what: str) -> None:
        self._deployment.kill(program)
        self.record.killed(what)
        self._deployment.launch(program)

    def _for_a_moment(self, name: str, state: str) -> None:
        started = time.monotonic()
        self._deployment.relay.tell(name, state)
        time.sleep(AWAY_SECONDS)
        self._deployment.relay.tell(name, "well")
        self.record.disturbed(started)


# While clients still work; it may be in the middle of a roll-up or of a letter.
LAST = "pool_process_killed"
# What touches senders comes first: what they left half done is taken up a minute later, while the loads are measured.
SHORT_PLAN: tuple[str, ...] = (
    *("mail_cut", "pool_process_killed", "worker_killed", "backend_killed", "pool_process_killed"),
    *("web_killed", "postgres_killed", "redis_flushed", "pool_process_killed", "mail_silent", "beat_killed"),
    *("redis_killed", "postgres_cut", "worker_killed", "backend_killed", "pool_process_killed", "redis_hung"),
    *("postgres_killed", "web_killed", "disk_full", "pool_process_killed", "postgres_silent", "worker_ended"),
    *("postgres_killed", "pool_process_killed", "backend_killed", "postgres_killed", "redis_killed"),
    *("clock_jumped", "web_killed", "network_slow", "redis_silent", "web_ended", "beat_killed"),
    *("redis_killed", "web_killed", "redis_flushed"),
)
