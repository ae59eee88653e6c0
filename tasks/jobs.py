"""Celery entries of the tasks app."""

from celery import shared_task

from tasks import services


@shared_task(name="tasks.sweep_on_time")
def sweep_on_time() -> None:
    """Organizations whose time zone changed are on their way to a worker."""
    services.sweep_on_time()


@shared_task(name="tasks.rebuild_on_time")
def rebuild_on_time(organization_id: int) -> None:
    """The organization's on-time facts follow its present time zone."""
    services.rebuild_on_time(organization_id)
