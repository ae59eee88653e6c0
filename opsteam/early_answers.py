"""Answers that the web server gives by itself: to what is not HTTP, and to whom it would keep waiting too long."""

import json
import time
import uuid
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from waitress.task import Task, ThreadedTaskDispatcher
from waitress.utilities import Error

from common.problems import PROBLEM

# Longer than people wait for a page; what has waited for longer would be answered for nobody.
LONGEST_WAIT_SECONDS = 1.5
# Who comes while another has waited for so long is refused at once: the queue is long enough already.
FULL_AFTER_SECONDS = 1.0
RETRY_AFTER_SECONDS = 2
HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; form-action 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


class OverloadedError(Error):
    """The request has waited so long that answering it would only make the next one wait."""

    code = 503
    reason = "Service Unavailable"


class StampingDispatcher(ThreadedTaskDispatcher):
    """Notes when each request began to wait for a thread, and lets those overtake that will only be refused."""

    def add_task(self, task: Any) -> None:
        """As waitress has it, with the time. A refusal costs next to nothing, so nobody has to wait for one."""
        queue: Any = self.queue
        task.waits_since = time.monotonic()
        with self.lock:
            oldest = next((each for each in queue if not each.is_refused), task)
            task.is_refused = task.waits_since - oldest.waits_since > FULL_AFTER_SECONDS
            if task.is_refused:
                queue.appendleft(task)
            else:
                queue.append(task)
            self.queue_cv.notify()


def is_too_late(task: Any) -> bool:
    """Whether a stamped task came to a full queue, or has waited longer than is any use."""
    return task.is_refused or bool(time.monotonic() - task.waits_since > LONGEST_WAIT_SECONDS)


class EarlyAnswer(Task):
    """The refusal in `request.error`, as problem+json for the API and as a small page for people."""

    complete = True

    def execute(self) -> None:
        """Costs next to nothing: while the server is overloaded there are many."""
        request: Any = self.request
        error = request.error
        is_api = _path_of(request).startswith("/api/")
        request_id = uuid.uuid4().hex
        kind, body = _problem(error, request_id) if is_api else _page(error)
        self.status = f"{error.code} {error.reason}"
        headers = [("Content-Type", kind), ("X-Request-ID", request_id), *HEADERS]
        if isinstance(error, OverloadedError):
            self.response_headers = [*headers, ("Retry-After", str(RETRY_AFTER_SECONDS))]
        else:
            self.response_headers = headers
            # Where a broken request ends, nobody knows.
            self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def _path_of(request: Any) -> str:
    """The asked address; of a request that could not be parsed, the second word of its first line."""
    words = bytes(getattr(request, "first_line", b"")).split()
    return str(getattr(request, "path", "") or (words[1].decode("latin-1") if len(words) > 1 else ""))


def _problem(error: Error, request_id: str) -> tuple[str, bytes]:
    code = {503: "overloaded", 500: "internal"}.get(error.code, "bad_request")
    body = {"type": "about:blank", "status": error.code, "code": code, "title": _sentence(error)}
    return PROBLEM, json.dumps({**body, "request_id": request_id}).encode()


def _page(error: Error) -> tuple[str, bytes]:
    with override("zh-hans"):
        chinese = _sentence(error)
    sentences = f"<p>{escape(_sentence(error))}</p><p lang=zh-Hans>{escape(chinese)}</p>"
    page = f"<!doctype html><html lang=en><meta charset=utf-8><title>{error.code}</title>{sentences}</html>"
    return "text/html; charset=utf-8", page.encode()


def _sentence(error: Error) -> str:
    if isinstance(error, OverloadedError):
        return _("Too many requests are waiting. Try again in a few seconds.")
    if error.code == 500:
        return _("Something went wrong on our side. Nothing was saved.")
    return _("The request could not be understood.")
