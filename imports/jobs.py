"""Celery entries of the imports app."""

from celery import shared_task

from common.locks import place_for_long_job
from common.queue import enqueue_soon
from imports import services


@shared_task(name="imports.carry_out")
def carry_out(organization_id: int) -> None:
    """The organization's files are checked or stored, in a place for long jobs; where there is none, a second later."""
    with place_for_long_job() as is_ours:
        if is_ours:
            services.carry_out(organization_id)
        else:
            enqueue_soon("imports.carry_out", organization_id=organization_id)


@shared_task(name="imports.sweep")
def sweep() -> None:
    """Files that wait are on their way to a worker."""
    services.sweep()
