"""Celery entries of the kpis app."""

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
    """KPIs whose cells have changed are judged; a change of status is an event. Comes again where others take long."""
    with place_for_long_job() as is_ours:
        if is_ours:
            services.judge_due()
        else:
            enqueue_soon("kpis.judge")


@shared_task(name="kpis.forecast")
def forecast() -> None:
    """Forecasts know the past as of yesterday; what is not reached in this run is left to the next."""
    with place_for_long_job() as is_ours:
        if is_ours:
            services.forecast_due()


@shared_task(name="kpis.watch")
def watch() -> None:
    """Signals open where KPIs left their limits, close where they came back. Comes again where others take long."""
    with place_for_long_job() as is_ours:
        if is_ours:
            services.watch_due()
        else:
            enqueue_soon("kpis.watch")


@shared_task(name="kpis.verify")
def verify() -> None:
    """Once a night every organization's cells are compared with their facts."""
    with place_for_long_job() as is_ours:
        if is_ours:
            services.verify_due()


@shared_task(name="kpis.publish")
def publish() -> None:
    """The settled days of every organization are published, once a day each."""
    services.publish_days()
