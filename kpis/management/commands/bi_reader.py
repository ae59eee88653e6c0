"""Database roles for Tableau, Power BI and the like."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import InvalidInput
from kpis import services
from kpis.models import BiReader
from people.models import Organization


class Command(BaseCommand):
    """`manage.py bi_reader add tableau --organization acme`, `remove tableau`, `list`."""

    help = "Add, remove or list database roles that read the bi_v1 views of one organization."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do and with which role."""
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="create the role and print its password once")
        add.add_argument("role")
        add.add_argument("--organization", required=True, help="the organization's short name")
        actions.add_parser("remove", help="drop the role").add_argument("role")
        actions.add_parser("list", help="the roles there are")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        """Refusals become errors of the command."""
        try:
            getattr(self, f"_{action}")(**options)
        except InvalidInput as error:
            raise CommandError(
                " ".join(str(each) for found in error.fields.values() for each in found)
            ) from error

    def _add(self, role: str, organization: str, **_: Any) -> None:
        found = Organization.objects.filter(slug=organization).first()
        if found is None:
            raise CommandError(f"There is no organization {organization}.")
        password = services.add_bi_reader(found, role_name=role)
        self.stdout.write(f"role      {role}\npassword  {password}\nschema    bi_v1\n")
        self.stdout.write("The password is not stored and not shown again.")

    def _remove(self, role: str, **_: Any) -> None:
        services.remove_bi_reader(role_name=role)
        self.stdout.write(f"{role} is gone.")

    def _list(self, **_: Any) -> None:
        for reader in BiReader.objects.select_related("organization").order_by("role_name"):
            self.stdout.write(f"{reader.role_name}\t{reader.organization.slug}")
