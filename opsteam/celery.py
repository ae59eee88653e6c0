"""The Celery application: jobs live in each app's `jobs.py`, the periodic ones in `opsteam/schedule.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsteam.settings")

app = Celery("opsteam")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.conf.beat_schedule = {}
app.set_default()
