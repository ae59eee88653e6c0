"""Every periodic job.

Each only looks for rows that need work, so that a lost message, a flushed Redis, a second beat or a skipped
tick change nothing but the moment. What is due is decided from rows and the calendar of their organization,
never here: beat ticks in UTC at fixed intervals.
"""

from typing import Any

from django.conf import settings

HOUR_SECONDS = 3600
# A tick outlives a queue of so many periods, or a difference of so much between the clocks of two machines.
LIVES_PERIODS = 5

EVERY_SECONDS = {
    "activity.tell_followers": settings.SWEEP_SECONDS,
    "imports.sweep": settings.SWEEP_SECONDS,
    "kpis.forecast": 4 * settings.SWEEP_SECONDS,
    "kpis.judge": settings.SWEEP_SECONDS,
    "kpis.publish": 10 * settings.SWEEP_SECONDS,
    "kpis.sweep_dirty": settings.SWEEP_SECONDS,
    "kpis.verify": 2 * settings.SWEEP_SECONDS,
    "kpis.watch": 2 * settings.SWEEP_SECONDS,
    "notifications.fill_inboxes": settings.SWEEP_SECONDS,
    "notifications.plan_account_mail": settings.SWEEP_SECONDS,
    "notifications.plan": 2 * settings.SWEEP_SECONDS,
    "notifications.send_chat": settings.SWEEP_SECONDS,
    "notifications.send_due": settings.SWEEP_SECONDS,
    "notifications.send_webhooks": settings.SWEEP_SECONDS,
    "opsteam.forget_old": HOUR_SECONDS,
    "people.forget_answers": HOUR_SECONDS,
    "people.forget_sign_ins": HOUR_SECONDS,
    "tasks.sweep_on_time": settings.SWEEP_SECONDS,
}
# Jobs that look for rows of every organization; all others are given an `organization_id` and see nothing else.
ACROSS_ORGANIZATIONS = frozenset({*EVERY_SECONDS, "kpis.recompute_shard"})


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The table in Celery's form; a tick that nobody took for some periods is dropped, so only a few pile up."""
    return {
        job: {"task": job, "schedule": float(seconds), "options": {"expires": LIVES_PERIODS * seconds}}
        for job, seconds in EVERY_SECONDS.items()
    }
