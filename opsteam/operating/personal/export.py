"""Giving out what is stored about a person."""

from django.db import transaction

from activity.services import record
from common.errors import NotAllowed
from feedback.models import Customer
from opsteam.operating.personal.persons import Person
from opsteam.operating.personal.searching import customer_named, member_named
from people.choices import Permission
from people.models import Membership
from people.permissions import may


def export_member(by: Membership, membership_id: int) -> Person:
    """A member of the organization: oneself, or anybody for those who manage people, which is recorded."""
    found = member_named(by, membership_id)
    if found.row.pk != by.pk:
        _refuse_or_record(by, "member.exported", found.row)
    return found


def export_customer(by: Membership, customer_id: int) -> Person:
    """A customer of the organization, for those who manage people; it is recorded."""
    found = customer_named(by, customer_id)
    _refuse_or_record(by, "customer.exported", found.row)
    return found


@transaction.atomic
def _refuse_or_record(by: Membership, verb: str, subject: Membership | Customer) -> None:
    if not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    record(verb, subject=subject, organization_id=by.organization_id, by=by)
