"""The person whom a command names."""

from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError, CommandParser

from feedback.models import Customer
from people.models import Membership


@dataclass(frozen=True, slots=True)
class Found:
    """The one person that was meant."""

    row: Membership | Customer
    name: str
    kind: str


def add_who(parser: CommandParser) -> None:
    """Arguments that name an organization and a person in it."""
    parser.add_argument("email", metavar="EMAIL", help="the address of the member, or of the customer")
    parser.add_argument("--organization", metavar="SLUG", required=True)
    parser.add_argument("--customer", action="store_true", help="the address is a customer's")


def who(options: dict[str, Any]) -> Found:
    """The one person with this address in this organization; a CommandError where there is not exactly one."""
    organization, email = options["organization"], options["email"]
    if options["customer"]:
        customers = list(Customer.objects.filter(organization__slug=organization, email__iexact=email)[:2])
        if len(customers) != 1:
            raise CommandError(f"{organization} has {len(customers) or 'no'} customers with this address.")
        return Found(customers[0], customers[0].name, "customer")
    members = Membership.objects.filter(organization__slug=organization, user__email__iexact=email)
    member = members.select_related("user").first()
    if member is None:
        raise CommandError(f"{organization} has no member with this address.")
    return Found(member, member.user.name, "member")
