"""manage.py rebuild_facts: derive all facts from their rows again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from kpis import services
from kpis.management.commands.kpi_verify import organization_named
from kpis.registry import sources
from people.models import Organization


class Command(BaseCommand):
    """Safe while the system runs and when interrupted; only facts that differ are written."""

    help = "Derive all facts of feedback, survey answers and tasks from their rows again, then the day cells."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which organization; all where none is named."""
        parser.add_argument("--organization", metavar="SLUG")

    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        """Rebuild source by source in batches of one transaction each."""
        found = [organization_named(organization)] if organization else Organization.objects.order_by("pk")
        changed = sum(self._rebuild(each, name) for each in found for name in sources)
        cells = services.recompute_all_dirty()
        self.stdout.write(f"{changed} facts and {cells} day cells changed.")

    def _rebuild(self, organization: Organization, name: str) -> int:
        ids = services.ids_to_rebuild(name, organization.pk)
        changed = 0
        with tqdm(total=len(ids), desc=f"{organization.slug} {name}", unit="row", file=self.stderr) as bar:
            for start in range(0, len(ids), services.REBUILD_ROWS):
                batch = ids[start : start + services.REBUILD_ROWS]
                changed += services.rebuild_facts(name, organization.pk, batch)
                bar.update(len(batch))
        return changed
