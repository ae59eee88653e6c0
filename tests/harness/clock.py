"""A Celery program whose clock can jump: `python -m tests.harness.clock beat …` instead of `celery … beat …`.

SIGUSR1 sets the process's wall clock a day ahead, SIGUSR2 a day back; its monotonic clock goes on, as the kernel's
does when an administrator or a time server sets the time.
"""

import signal
import sys
import time
from types import FrameType

import time_machine

from opsteam.celery import app

DAY_SECONDS = 86_400


def main() -> None:
    """Runs until it is told to stop."""
    clock = time_machine.travel(time.time(), tick=True).start()

    def ahead(_number: int, _frame: FrameType | None) -> None:
        clock.shift(DAY_SECONDS)

    def back(_number: int, _frame: FrameType | None) -> None:
        clock.shift(-DAY_SECONDS)

    signal.signal(signal.SIGUSR1, ahead)
    signal.signal(signal.SIGUSR2, back)
    app.start(sys.argv[1:])


if __name__ == "__main__":
    main()
