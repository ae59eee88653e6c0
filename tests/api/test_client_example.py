"""The client of docs/examples and the commands of docs/api-curl.md do what they say, against a running server."""

import http.client
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as django_settings

from common.api import limits
from common.tenancy import acting_for
from kpis import services as kpis
from people import services as people
from people.choices import Scope
from tasks.models import Task
from tests.conftest import Cast, create_cast

DOCS = Path(django_settings.BASE_DIR) / "docs"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that the server sees it."""
    return create_cast()


@pytest.fixture
def token(cast: Cast) -> str:
    """adam's, for everything."""
    with acting_for(cast.organization.pk):
        return people.create_token(by=cast.adam, name="client", scopes=list(Scope))[1]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The file itself, as somebody would take it."""
    spec = importlib.util.spec_from_file_location("opsteam_client", DOCS / "examples" / "opsteam_client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["opsteam_client"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """Where the server listens; its links say so too."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


class ForgetfulProxy(BaseHTTPRequestHandler):
    """Passes requests on; the first POST it passes on, and hangs up instead of telling the answer."""

    behind = ""
    has_forgotten = False

    def do_POST(self) -> None:
        server = http.client.HTTPConnection(self.behind)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.request("POST", self.path, body, dict(self.headers.items()) | {"Host": self.behind})
        answer = server.getresponse()
        content = answer.read()
        if not type(self).has_forgotten:
            type(self).has_forgotten = True
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"server", "date", "connection"}:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def proxy(site: str) -> Iterator[str]:
    """A way to the server that loses one answer."""
    ForgetfulProxy.behind, ForgetfulProxy.has_forgotten = site.removeprefix("http://"), False
    server = ThreadingHTTPServer(("127.0.0.1", 0), ForgetfulProxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_pages_reads_once_changes_by_version_and_is_refused(
    example: ModuleType, site: str, token: str
) -> None:
    client = example.Client(site, token)
    made = [client.make("tasks/", {"title": f"Task {n}", "due_on": "2020-01-01"}) for n in range(5)]
    assert [row["title"] for row in client.rows("tasks/", limit=2, order="oldest")] == [
        f"Task {n}" for n in range(5)
    ]
    assert [task["title"] for task in example.overdue(client)] == [f"Task {n}" for n in reversed(range(5))]
    place = f"tasks/{made[0]['id']}/"
    first = client.read(place)
    assert client.read(place) is first
    assert client.change(place, {"status": "done"}, version=1)["version"] == 2
    with pytest.raises(example.Refused) as refused:
        client.change(place, {"status": "todo"}, version=1)
    assert (refused.value.status, refused.value.problem["code"]) == (412, "stale_version")
    found, cursor = client.changes("now")
    assert (found, client.changes(cursor)[0]) == ([], [])


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_made_twice(
    example: ModuleType, proxy: str, token: str, cast: Cast
) -> None:
    made = example.Client(proxy, token).make("tasks/", {"title": "Once"})
    assert ForgetfulProxy.has_forgotten
    with acting_for(cast.organization.pk):
        assert list(Task.objects.values_list("pk", "title")) == [(made["id"], "Once")]


def test_it_waits_when_it_was_too_fast(
    example: ModuleType, site: str, token: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 2)
    settings.API_LIMIT_PER_TOKEN = 4
    waits: list[object] = []
    wait = example._wait
    monkeypatch.setattr(example, "_wait", lambda attempt, told: (waits.append(told), wait(attempt, told)))
    client = example.Client(site, token)
    assert {client.ask("GET", "me/").status for _time in range(7)} == {200}
    assert "1" in waits


def test_every_command_of_the_page_works(site: str, token: str, cast: Cast, tmp_path: Path) -> None:
    with acting_for(cast.organization.pk):
        kpis.install_library(cast.organization.pk)
    blocks = BLOCK.findall((DOCS / "api-curl.md").read_text("utf-8"))[1:]
    assert len(blocks) >= 13
    environment = {**os.environ, "OPSTEAM": site, "TOKEN": token}
    task_id = "1"
    for written in blocks:
        command = written.replace("tasks/1/", f"tasks/{task_id}/").replace('"id": 1,', f'"id": {task_id},')
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr, done.stdout)
        if "call-mrs-li-1" in command:
            task_id = str(json.loads(done.stdout)["id"])
        if "bulk" in command:
            assert json.loads(done.stdout)["failed"] == 0
