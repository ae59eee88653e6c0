"""manage.py upgrade: everything that a new version of opsteam needs done to the database."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from common.tenancy import acting_for
from common.wall import building, roles
from notifications.services import seed_reminder_rules
from people.models import Organization


class Command(BaseCommand):
    """Run it after every change of version; where nothing is new it does nothing."""

    help = "Apply all migrations, put the wall between organizations up, add the shipped KPIs and rules that one lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tables first: the new KPIs may need them."""
        verbosity = options["verbosity"]
        call_command("migrate", interactive=False, verbosity=verbosity, stdout=self.stdout)
        self._put_the_wall_up()
        call_command("install_library", verbosity=verbosity, stdout=self.stdout)
        for organization_id in Organization.objects.values_list("pk", flat=True):
            with acting_for(organization_id):
                seed_reminder_rules(organization_id)

    def _put_the_wall_up(self) -> None:
        """After new code without a migration, too; roles get the passwords that the environment holds for them."""
        building.build()
        for role, password in settings.DATABASE_ROLE_PASSWORDS.items():
            if password and role not in roles.missing_roles():
                roles.let_sign_in(role, password)
        for role in roles.missing_roles():
            self.stderr.write(f"The database does not let opsteam make the role {role}: see docs/tenancy.md.")
