"""The Celery application: jobs live in each app's `jobs.py`, the periodic ones in `opsteam/schedule.py`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsteam.settings")

app = Celery("opsteam", task_cls="opsteam.acting:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.set_default()


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """With a receiver here Celery leaves logging as `settings.LOGGING` made it: one JSON line per event."""


@app.on_after_finalize.connect
def _tick(sender: Celery, **_: Any) -> None:
    from opsteam import schedule

    sender.conf.beat_schedule = schedule.beat_schedule()
