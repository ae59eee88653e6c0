"""A small typed client of the opsteam API. It needs Python 3.11 and nothing else; take it and make it yours.

It shows what every client should do: follow `next`, send a POST again under the same Idempotency-Key, wait as long as
Retry-After says, ask with the ETag it has, and change a row only at the version it read.
"""

import json
import random
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict, cast
from urllib.parse import urlencode, urljoin

Json = dict[str, object]
TRY_AGAIN = {409, 429, 500, 502, 503, 504}
TRIES = 6
LONGEST_WAIT_SECONDS = 60.0


class Named(TypedDict):
    """A linked row."""

    id: int
    name: str


class Task(TypedDict):
    """A task, as far as this example needs it."""

    id: int
    version: int
    title: str
    status: str
    due_on: str | None
    assignee: Named | None


@dataclass(frozen=True)
class Answer:
    """What the server said; `body` is None where nothing changed or nothing is left."""

    status: int
    body: Json | None
    etag: str | None
    is_replayed: bool


class Refused(Exception):  # noqa: N818 - named for what it is
    """The server said no; `problem` is its problem+json, whose `code` is for programs."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(
            f"{status} {problem.get('code')}: {problem.get('title')} {problem.get('errors', '')}"
        )
        self.status = status
        self.problem = problem


class Client:
    """One token of one site."""

    def __init__(self, site: str, token: str, *, timeout_seconds: float = 30) -> None:
        self._base = urljoin(site, "/api/v1/")
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._known: dict[str, tuple[str, Json]] = {}

    def rows(self, path: str, **wanted: str | int) -> Iterator[Json]:
        """Every row of a list, page by page."""
        url: str | None = f"{path}?{urlencode(wanted)}"
        while url:
            page = self.read(url)
            yield from cast("list[Json]", page["results"])
            url = cast("str | None", page["next"])

    def read(self, path: str) -> Json:
        """A row or a page; one that did not change since it was read last is not sent again."""
        etag, known = self._known.get(path, (None, {}))
        answer = self.ask("GET", path, headers={"If-None-Match": etag} if etag else {})
        if answer.body is None:
            return known
        if answer.etag:
            self._known[path] = (answer.etag, answer.body)
        return answer.body

    def make(self, path: str, body: object) -> Json:
        """A new row, exactly once: a repeated request carries the same key, and gets the first answer again."""
        answer = self.ask("POST", path, body, {"Idempotency-Key": str(uuid.uuid4())})
        return answer.body or {}

    def change(self, path: str, body: Json, *, version: int) -> Json:
        """The row as it is now; refused with 412 where somebody changed it since `version` was read."""
        return self.ask("PATCH", path, body, {"If-Match": f'"v{version}"'}).body or {}

    def changes(self, after: str) -> tuple[list[Json], str]:
        """What was restated since the cursor `after`, and the next cursor. Start with `now`, then load everything."""
        found: list[Json] = []
        while True:
            page = self.read(f"changes/?{urlencode({'after': after})}")
            found += cast("list[Json]", page["results"])
            after = str(page["cursor"])
            if not page["has_more"]:
                return found, after

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request, sent again where the server or the way to it fails, or says that it was too many."""
        data = None if body is None else json.dumps(body).encode()
        url = urljoin(self._base, path)
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - our own site
        given = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **(headers or {})}
        if data is not None:
            given["Content-Type"] = "application/json"
        for name, value in given.items():
            request.add_header(name, value)
        # A PATCH that may have arrived is sent again too: its If-Match makes a second effect impossible.
        for attempt in range(TRIES):
            try:
                return self._send(request)
            except Refused as refused:
                if refused.status not in TRY_AGAIN or not _is_passing(refused) or attempt == TRIES - 1:
                    raise
                _wait(attempt, refused.problem.get("retry_after"))
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if attempt == TRIES - 1:
                    raise
                _wait(attempt, None)
        raise AssertionError("the last try returns or raises")

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_seconds) as response:  # noqa: S310 - our own site
                content = response.read()
                return Answer(
                    status=response.status,
                    body=cast("Json", json.loads(content)) if content else None,
                    etag=response.headers["ETag"],
                    is_replayed=response.headers["Idempotent-Replayed"] == "true",
                )
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return Answer(304, None, error.headers["ETag"], False)
            raise Refused(error.code, _problem(error)) from None


def _problem(error: urllib.error.HTTPError) -> Json:
    try:
        problem = cast("Json", json.loads(error.read()))
    except ValueError:
        problem = {"code": "unreadable", "title": str(error)}
    return {**problem, "retry_after": error.headers["Retry-After"]}


def _is_passing(refused: Refused) -> bool:
    """Of the conflicts only the twin that still runs passes by itself."""
    return refused.status != 409 or refused.problem.get("code") == "idempotency_key_in_use"


def _wait(attempt: int, retry_after: object) -> None:
    """As long as the server says, or twice as long every time; never in step with other clients."""
    told = float(str(retry_after)) if str(retry_after).isdecimal() else 0.0
    time.sleep(min(LONGEST_WAIT_SECONDS, max(told, 0.25 * 2**attempt * (0.5 + random.random()))))  # noqa: S311 - jitter


def overdue(client: Client) -> list[Task]:
    """The open tasks that are past their due day, with the fields this example needs and no others."""
    fields = "id,version,title,status,due_on,assignee"
    return [cast("Task", row) for row in client.rows("tasks/", overdue="true", fields=fields)]
