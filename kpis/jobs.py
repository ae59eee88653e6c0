"""Celery entries of the kpis app."""

from collections.abc import Callable

from celery import shared_task

from common.locks import place_for_long_job
from common.queue import enqueue_soon
from kpis import services


@shared_task(name="kpis.recompute_shard")
def recompute_shard(shard: int) -> None:
    """The cells of the shard's dirty days are recomputed; a twin that comes meanwhile leaves."""
    services.recompute_shard(shard)


@shared_task(name="kpis.sweep_dirty")
def sweep_dirty() -> None:
    """Whatever a lost message left behind is on its way; the partitions of the next months exist."""
    services.sweep_dirty()


@shared_task(name="kpis.judge")
def judge() -> None:
    """KPIs whose cells have changed are judged; a change of status is an event."""
    _in_turn("kpis.judge", services.judge_due)


@shared_task(name="kpis.forecast")
def forecast() -> None:
    """Forecasts know the past as of yesterday; what is not reached in this run is left to the next."""
    _in_turn("kpis.forecast", services.forecast_due)


@shared_task(name="kpis.watch")
def watch() -> None:
    """Signals open where KPIs left their limits and close where they came back."""
    _in_turn("kpis.watch", services.watch_due)


@shared_task(name="kpis.verify")
def verify() -> None:
    """Once a night every organization's cells are compared with their facts."""
    _in_turn("kpis.verify", services.verify_due)


@shared_task(name="kpis.publish")
def publish() -> None:
    """The settled days of every organization are published, once a day each."""
    services.publish_days()


def _in_turn(job: str, work: Callable[[], object]) -> None:
    """The work is done in a place for long jobs; where others hold them all, the job comes again a second later."""
    with place_for_long_job() as is_ours:
        if is_ours:
            work()
        else:
            enqueue_soon(job)
