"""The roll-up as two worker processes do it, beside each other and without messages in between."""

import sys
from subprocess import Popen

WORKERS = 2
PROGRAM = """
import django
django.setup()
from django.conf import settings
from kpis import services
for shard in range({number}, settings.KPI_SHARDS, {workers}):
    services.recompute_shard(shard)
"""


def roll_up() -> None:
    """No day is dirty: two processes share the shards, and what a job's time limit left over is done here."""
    from kpis import services

    workers = [
        Popen([sys.executable, "-c", PROGRAM.format(number=number, workers=WORKERS)])
        for number in range(WORKERS)
    ]
    for worker in workers:
        if worker.wait() != 0:
            raise RuntimeError("A worker of the benchmark failed.")
    services.recompute_all_dirty()


def idle_seconds() -> float:
    """What the two processes need without any work: subtracted, since real workers are running already."""
    from bench.report import seconds

    return seconds(roll_up, times=3)
