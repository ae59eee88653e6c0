"""Celery entries of the kpis app."""

from celery import shared_task

from kpis import services


@shared_task(name="kpis.recompute_shard")
def recompute_shard(shard: int) -> None:
    """The cells of the shard's dirty days are recomputed; a twin that comes meanwhile leaves."""
    services.recompute_shard(shard)


@shared_task(name="kpis.sweep_dirty")
def sweep_dirty() -> None:
    """Whatever a lost message left behind is on its way; the partitions of the next months exist."""
    services.sweep_dirty()
