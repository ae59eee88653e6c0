"""The real programs over the test's database: a Redis of their own, workers, beats, the mail they send."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from django.conf import settings
from django.db import connection

from opsteam.embedded import programs
from opsteam.embedded.redis import EmbeddedRedis
from tests.harness import local_chat
from tests.harness.broker import Broker

SWEEP_SECONDS = 1
# Five programs starting on a machine that does other things as well.
START_SECONDS = 150
# As `programs.worker` starts it.
WORKER = ("worker", "--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle")
SEPARATOR = b"-" * 79 + b"\n"


class House:
    """Started as `make run` starts them, with the sweep every second; all ended by `close`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        # Where its workers post what is meant for chat rooms, if anywhere.
        self.chat_url = ""
        self.redis = EmbeddedRedis(directory / "redis", fast=True)
        self.redis.start()
        self.broker = Broker(self.redis.url)
        self._children: list[programs.Command] = []
        self._environment = {
            **os.environ,
            "DATABASE_URL": url_of_test_database(),
            "REDIS_URL": self.redis.url,
            "OPSTEAM_STATE_DIR": str(directory),
            "OPSTEAM_OUTBOUND_HTTP": "allowed",
            "OPSTEAM_OUTBOUND_PRIVATE": "127.0.0.0/8",
            "OPSTEAM_SWEEP_SECONDS": str(SWEEP_SECONDS),
        }

    def start_worker(self) -> programs.Command:
        """A worker with two processes."""
        place = self._place("worker.log")
        if self.chat_url:
            place = replace(place, environment={**place.environment, local_chat.VARIABLE: self.chat_url})
            return self._start(programs.Command(place, local_chat.__name__, *WORKER))
        return self._start(programs.worker(place))

    def start_beat(self) -> programs.Command:
        """A beat with a memory of its own."""
        memory = self.directory / f"beat-{len(self._children)}"
        return self._start(programs.beat(memory, self._place("beat.log")))

    def kill(self, child: programs.Command) -> None:
        """The whole process group is gone, without a word."""
        assert child.process is not None
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self._children.remove(child)

    def mails(self) -> list[Message]:
        """Every message the workers have sent; processes may share a file."""
        files = (self.directory / "mail").glob("*.log")
        parts = [part for file in files for part in file.read_bytes().split(SEPARATOR)]
        return [message_from_bytes(part) for part in parts if part.strip()]

    def subjects(self) -> list[str]:
        """The subjects of all mails, sorted."""
        return sorted(str(make_header(decode_header(mail["Subject"]))) for mail in self.mails())

    def close(self) -> None:
        """No process of the house is left."""
        for child in list(self._children):
            self.kill(child)
        self.redis.stop()

    def wait_for_workers(self, number: int) -> None:
        """So many workers have reached Redis; what a test measures begins here."""
        wait_until(
            lambda: self.said().count("ready.") >= number, START_SECONDS, f"{number} workers are ready"
        )

    def said(self) -> str:
        """What the programs wrote into their logs."""
        return "".join(log.read_text(errors="replace") for log in sorted(self.directory.glob("*.log")))

    def _place(self, log: str) -> programs.Place:
        return programs.Place(Path(settings.BASE_DIR), self._environment, self.directory / log)

    def _start(self, child: programs.Command) -> programs.Command:
        child.launch()
        self._children.append(child)
        return child


def wait_until(
    holds: Callable[[], bool], seconds: float, what: str, *, besides: Callable[[], object] = str
) -> float:
    """How long it took; fails where `what` did not come true in time, and says what `besides` returns."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, f"after {seconds} s still not: {what} {besides()}"
        time.sleep(0.1)
    return time.monotonic() - started


def url_of_test_database() -> str:
    """Where other programs find the database of the present test."""
    at = connection.settings_dict
    return f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
