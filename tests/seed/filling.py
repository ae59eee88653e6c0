"""The command as `make run` calls it."""

import io

from django.core.management import call_command

SEED = 20261121


class Silence:
    """A watch that tells nobody."""

    def start(self, what: str, total: int) -> None: ...
    def advance(self, rows: int) -> None: ...


class StopsAt(Silence):
    """Somebody presses Ctrl-C when this step begins."""

    def __init__(self, step: str) -> None:
        self.step = step

    def start(self, what: str, total: int) -> None:
        if what == self.step:
            raise KeyboardInterrupt


def seed(*arguments: str) -> str:
    """`manage.py seed_demo …` in this process; what it wrote."""
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()
