"""manage.py seed_demo: a believable year of a service-operations company, ending today."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from home.demo.credentials import Credentials
from home.demo.seeding import Plan, existing_demo, fill

DEFAULT_SEED = 20261121
LEAST_MONTHS, MOST_MONTHS = 6, 24


class Command(BaseCommand):
    """Makes the demo organization once; run again, it changes nothing."""

    help = "Fill in a demo organization with a year of feedback, tasks, goals and KPIs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the sign-ins go, and which year it shall be."""
        parser.add_argument(
            "--credentials", type=Path, metavar="FILE", help="write the sign-ins there, mode 600"
        )
        parser.add_argument("--months", type=_months, default=12)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--quiet", action="store_true", help="no progress, no sign-ins on the terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        """The demo is there, and its sign-ins are printed and written where they were asked for."""
        quiet = options["quiet"]
        existing = existing_demo()
        if existing is not None:
            if not existing.is_demo:
                raise CommandError(_("An organization with the demo's short name exists already."))
            if not quiet:
                self.stdout.write(_("The demo organization is there already; nothing was changed."))
            return
        bar = Bar(is_shown=not quiet and self.stderr.isatty())
        plan = Plan(now=timezone.now(), seed=options["seed"], months=options["months"])
        try:
            credentials = fill(plan, bar, options["credentials"])
        finally:
            bar.close()
        if not quiet:
            self._say(credentials)

    def _say(self, credentials: Credentials) -> None:
        self.stdout.write(_("The demo organization is ready. Sign in as:"))
        for user in credentials.users:
            self.stdout.write(f"  {user.email}  {user.password}  ({user.role}, {user.language})")
        self.stdout.write(_("API token of the first manager: %(token)s") % {"token": credentials.api_token})


class Bar:
    """One progress bar for each step of the filling."""

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._bar: tqdm[Never] | None = None

    def start(self, what: str, total: int) -> None:
        """The next step begins."""
        self.close()
        self._bar = tqdm(total=total, desc=f"{what:>9}", leave=False, disable=not self._is_shown)

    def advance(self, rows: int) -> None:
        """So many rows more are stored."""
        if self._bar is not None:
            self._bar.update(rows)

    def close(self) -> None:
        """Leave the terminal to the next line."""
        if self._bar is not None:
            self._bar.close()


def _months(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and LEAST_MONTHS <= int(text) <= MOST_MONTHS):
        raise ArgumentTypeError(f"between {LEAST_MONTHS} and {MOST_MONTHS} months")
    return int(text)
