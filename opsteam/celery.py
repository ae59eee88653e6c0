"""The Celery application: jobs live in each app's `jobs.py`, the periodic ones in `opsteam/schedule.py`."""

import os
import time
from contextvars import Token
from typing import Any

from celery import Celery, signals

from common.logs import job_id, job_name
from common.problems import request_id
from opsteam.broker import use_channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsteam.settings")

use_channel()
app = Celery("opsteam", task_cls="opsteam.acting:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.set_default()

NO_REQUEST = "-"
# Set in the process that is a beat.
_marks = {"is_beat": False}
_before: list[tuple[Any, Token[str]]] = []


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """With a receiver here Celery leaves logging as `settings.LOGGING` made it: one JSON line per event."""


@app.on_after_finalize.connect
def _tick(sender: Celery, **_: Any) -> None:
    from opsteam import schedule

    sender.conf.beat_schedule = schedule.beat_schedule()


@signals.beat_init.connect
def _be_a_beat(**_: Any) -> None:
    _marks["is_beat"] = True


@signals.before_task_publish.connect
def _write_on_the_message(headers: dict[str, Any], **_: Any) -> None:
    """The request a job follows from, so that its log lines can be found; when it was sent, and whether by a beat."""
    headers["request_id"] = request_id.get()
    headers["sent_at"] = time.time()
    headers["is_tick"] = _marks["is_beat"]


@signals.task_prerun.connect
def _take_ids(task_id: str, task: Any, **_: Any) -> None:
    """A periodic job has an id of its own in place of a request's."""
    written = task.request.headers or {}
    follows_from = written.get("request_id", NO_REQUEST)
    _before[:] = [
        (request_id, request_id.set(task_id if follows_from == NO_REQUEST else follows_from)),
        (job_name, job_name.set(task.name)),
        (job_id, job_id.set(task_id)),
    ]
    task.request.begun_at = time.time()


@signals.task_postrun.connect
def _note_run(task: Any, state: str | None = None, **_: Any) -> None:
    from opsteam.operating import heartbeat

    written = task.request.headers or {}
    heartbeat.note(
        task.name,
        begun_at=getattr(task.request, "begun_at", time.time()),
        has_succeeded=state == "SUCCESS",
        is_tick=bool(written.get("is_tick")),
    )
    while _before:
        variable, token = _before.pop()
        variable.reset(token)
