"""The roll-up as two worker processes do it, beside each other and without messages in between."""

import sys
from subprocess import PIPE, Popen
from types import TracebackType

WORKERS = 2
PROGRAM = """
import sys
import django
django.setup()
from django.conf import settings
from kpis import services
print("ready", flush=True)
for _line in sys.stdin:
    for shard in range({number}, settings.KPI_SHARDS, {workers}):
        services.recompute_shard(shard)
    print("done", flush=True)
"""


class Workers:
    """Two processes that are running already, as real workers are, and share the shards."""

    def __init__(self) -> None:
        self._processes: list[Popen[str]] = []

    def __enter__(self) -> "Workers":
        for number in range(WORKERS):
            program = PROGRAM.format(number=number, workers=WORKERS)
            self._processes.append(
                Popen([sys.executable, "-W", "ignore", "-c", program], stdin=PIPE, stdout=PIPE, text=True)
            )
        self._await("ready")
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def roll_up(self) -> None:
        """No day is dirty; what the time limit of a job left over is done in another round."""
        from kpis.models import DirtyRange

        while True:
            for process in self._processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            self._await("done")
            if not DirtyRange.objects.exists():
                return

    def _await(self, word: str) -> None:
        for process in self._processes:
            assert process.stdout is not None
            if process.stdout.readline().strip() != word:
                raise RuntimeError("A worker of the benchmark failed.")
