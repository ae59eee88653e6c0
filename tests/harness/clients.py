"""Programs that use the API as a careful customer would, and write down what they were told."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from opsteam.embedded.ports import LOOPBACK
from tests.harness.history import History, Kind, Operation, Outcome

PATIENCE_SECONDS = 20.0
TIMEOUT_SECONDS = 10.0
FACTS = 3
ROWS = 8
POLITE = {429, 503}


@dataclass(frozen=True)
class Access:
    """Where the API is, with whose token, and the rows that the programs use."""

    port: int
    token: str
    metric: str
    assignee_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the status is None where nothing did."""

    status: int | None
    body: dict[str, Any]
    etag: str = ""

    @property
    def outcome(self) -> Outcome:
        """A 5xx may have happened after the commit; a refusal for load says that nothing was begun."""
        if self.status is None:
            return Outcome.UNKNOWN
        if self.status < 300:
            return Outcome.OK
        if self.status == 429 or self.body.get("code") == "overloaded":
            return Outcome.REFUSED
        return Outcome.UNKNOWN if self.status >= 500 or self.status == 409 else Outcome.FAIL


class Door:
    """One kept-open connection to the web server."""

    def __init__(self, access: Access, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._access, self._timeout = access, timeout_seconds
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request, never repeated by itself."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"Authorization": f"Bearer {self._access.token}", "Content-Type": "application/json"}
        encoded = None if body is None else json.dumps(body)
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    LOOPBACK, self._access.port, timeout=self._timeout
                )
            self._connection.request(method, path, body=encoded, headers=given)
            answer = self._connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(None, {})
        if answer.will_close:
            self.close()
        return Answer(answer.status, _decoded(raw), answer.headers.get("ETag", ""))

    def close(self) -> None:
        """The next request opens another connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Program(threading.Thread):
    """One customer's program: pushes, creates, changes, replies and reads, until it is told to stop."""

    def __init__(self, access: Access, history: History, seed: int) -> None:
        super().__init__(name=f"client-{seed}", daemon=True)
        self.stopping = threading.Event()
        self.wrong_reads: list[str] = []
        self._access, self.history = access, history
        self._door = Door(access)
        self._chance = random.Random(seed)
        self._item_ids: list[int] = []
        self._own = _OwnTask()
        self._steps: dict[Callable[[], None], int] = {
            self._push: 10,
            self._create_task: 2,
            self._create_tasks: 3,
            self._change: 4,
            self._create_feedback: 1,
            self._reply: 1,
            self._read: 10,
        }

    def run(self) -> None:
        """One operation after the other."""
        steps, weights = list(self._steps), list(self._steps.values())
        while not self.stopping.is_set():
            self._chance.choices(steps, weights)[0]()
        self._door.close()

    def _keyed(self, path: str, body: dict[str, Any], *operations: Operation) -> Answer:
        """The same request under the same key until the server says what became of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._door.ask("POST", path, body, Idempotency_Key=operations[0].subject)
            for operation in operations:
                operation.tried(answer.outcome, answer.status)
            if answer.outcome in {Outcome.OK, Outcome.FAIL} or time.monotonic() > deadline:
                return answer
            time.sleep(0.2)

    def _push(self) -> None:
        operation = self.history.begin(Kind.PUSH)
        rows = [self._fact(f"{operation.subject}:{number}") for number in range(FACTS)]
        self._keyed(f"/api/v1/metrics/{self._access.metric}/measurements/", {"measurements": rows}, operation)

    def _fact(self, key: str) -> dict[str, Any]:
        moment = datetime.now(UTC) - timedelta(minutes=self._chance.randrange(60 * 24 * 40))
        label = f"label {self._chance.randrange(5)}"
        value = self._chance.randrange(1000)
        return {"source_key": key, "occurred_at": moment.isoformat(), "value": value, "label": label}

    def _create_task(self) -> None:
        tells = self._chance.random() < 0.2
        operation = self.history.begin(Kind.TASK, parent="told" if tells else "")
        body: dict[str, Any] = {"title": operation.subject, "description": operation.subject}
        if tells:
            body["assignee_id"] = self._access.assignee_id
        self._keyed("/api/v1/tasks/", body, operation)

    def _create_tasks(self) -> None:
        """Several in one request, each acknowledged by itself."""
        operations = [self.history.begin(Kind.TASK, is_request=number == 0) for number in range(ROWS)]
        rows = [
            {"method": "create", "fields": {"title": each.subject, "description": each.subject}}
            for each in operations
        ]
        answer = self._keyed("/api/v1/tasks/bulk/", {"rows": rows}, *operations)
        if answer.outcome == Outcome.OK:
            for operation, result in zip(operations, answer.body["results"], strict=True):
                operation.outcome = Outcome.OK if result["status"] == HTTPStatus.CREATED else Outcome.FAIL

    def _create_feedback(self) -> None:
        operation = self.history.begin(Kind.FEEDBACK)
        body = {"subject": operation.subject, "customer_name": f"Customer {self._chance.randrange(20)}"}
        answer = self._keyed("/api/v1/feedback/", body, operation)
        if answer.outcome == Outcome.OK:
            self._item_ids.append(answer.body["id"])

    def _reply(self) -> None:
        if self._item_ids:
            item_id = self._chance.choice(self._item_ids)
            operation = self.history.begin(Kind.REPLY, parent=str(item_id))
            self._keyed(f"/api/v1/feedback/{item_id}/replies/", {"body": operation.subject}, operation)

    def _change(self) -> None:
        """The title of a task that only this program changes; each change names the version it was made from."""
        if not self._own.etag and not self._learn():
            return
        operation = self.history.begin(Kind.CHANGE, parent=str(self._own.number))
        answer = self._door.ask(
            "PATCH", self._own.path, {"title": operation.subject}, If_Match=self._own.etag
        )
        operation.tried(answer.outcome, answer.status)
        self._own.etag = answer.etag if answer.outcome == Outcome.OK else ""

    def _learn(self) -> bool:
        """The version of the own task as it is now; the first time the task is made."""
        if not self._own.number:
            operation = self.history.begin(Kind.TASK)
            body = {"title": "Renamed by nobody else", "description": operation.subject}
            answer = self._keyed("/api/v1/tasks/", body, operation)
            self._own.number = answer.body.get("id", 0) if answer.outcome == Outcome.OK else 0
        else:
            answer = self._door.ask("GET", self._own.path)
            self._rest(answer)
        self._own.etag = answer.etag if answer.outcome == Outcome.OK else ""
        return bool(self._own.etag)

    def _read(self) -> None:
        operation = self.history.begin(Kind.READ)
        answer = self._door.ask("GET", self._own.path if self._own.number else "/api/v1/tasks/?limit=5")
        operation.tried(answer.outcome, answer.status)
        if self._own.etag and answer.outcome == Outcome.OK and answer.etag != self._own.etag:
            self.wrong_reads.append(f"{operation.subject} saw {answer.etag} after {self._own.etag}")
        self._rest(answer)

    def _rest(self, answer: Answer) -> None:
        """Nobody hammers a server that is away."""
        if answer.outcome != Outcome.OK:
            time.sleep(0.2)


@dataclass(slots=True)
class _OwnTask:
    number: int = 0
    etag: str = ""

    @property
    def path(self) -> str:
        return f"/api/v1/tasks/{self.number}/"
