"""manage.py kpi_verify: do the cells say what the facts say?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpis.selectors import wrong_cells
from people.models import Organization

SHOWN = 100


class Command(BaseCommand):
    """Exit code 0: every cell is right or waits for a worker; 1: some are wrong, and the first of them are printed."""

    help = "Recompute all day and hour cells from the facts by one plain query and report every difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which organization; all where none is named."""
        parser.add_argument("--organization", metavar="SLUG")

    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        """Print the differences."""
        organization_id = organization_named(organization).pk if organization else None
        count = 0
        for count, cell in enumerate(wrong_cells(organization_id), start=1):
            if count <= SHOWN:
                self.stdout.write(
                    f"{cell.metric} {cell.hour or cell.day} team={cell.team_id} member={cell.member_id}"
                    f" label={cell.label!r}: n {cell.n_stored}, by the facts {cell.n_of_facts};"
                    f" total {cell.total_stored}, by the facts {cell.total_of_facts}"
                )
        if count:
            raise CommandError(f"{count} cells differ from their facts.", returncode=1)
        self.stdout.write("Every cell equals its facts.")


def organization_named(slug: str) -> Organization:
    """The organization with this short name; a CommandError where there is none."""
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no organization {slug!r}.")
    return found
