"""manage.py install_library: shipped KPIs that are new in this version, for the organizations that exist."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kpis import services
from kpis.library import SHIPPED_KPIS
from kpis.models import Kpi
from people.models import Organization


class Command(BaseCommand):
    """Run it after every upgrade: safe while the system runs, when interrupted, and when nothing is new."""

    help = (
        "Add the shipped KPIs that an organization lacks, with the facts they need; nothing existing changes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Facts first: an interrupted run finds the KPI missing again and goes on."""
        for organization in Organization.objects.order_by("pk"):
            before = Kpi.objects.filter(organization=organization).count()
            if self._is_complete(organization):
                continue
            call_command("rebuild_facts", organization=organization.slug, stdout=self.stdout)
            services.install_library(organization.pk)
            added = Kpi.objects.filter(organization=organization).count() - before
            self.stdout.write(f"{organization.slug}: {added} KPIs added.")
        services.recompute_all_dirty()

    def _is_complete(self, organization: Organization) -> bool:
        keys = {spec.key for spec in SHIPPED_KPIS}
        return Kpi.objects.filter(organization=organization, key__in=keys).count() == len(keys)
