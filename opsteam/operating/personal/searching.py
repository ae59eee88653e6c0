"""Whom an administrator may mean."""

from django.db.models import Q, QuerySet

from common.errors import NotVisible
from feedback.models import Customer
from opsteam.operating.personal.persons import Person
from people.models import Membership

MOST = 50


def members_found(actor: Membership, text: str) -> "QuerySet[Membership]":
    """Members whose name or address holds the text; all where there is none. The first of them."""
    found = Membership.objects.visible_to(actor).select_related("user").order_by("user__name", "pk")
    return found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))[:MOST]


def customers_found(actor: Membership, text: str) -> "QuerySet[Customer]":
    """Customers whose name, address or number in another system holds the text; the first of them."""
    found = Customer.objects.visible_to(actor).order_by("name", "pk")
    return found.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(external_id=text))[:MOST]


def member_named(actor: Membership, membership_id: int) -> Person:
    """The member; refuses one of another organization."""
    member = Membership.objects.visible_to(actor).select_related("user").filter(pk=membership_id).first()
    if member is None:
        raise NotVisible
    return Person(member, member.user.name)


def customer_named(actor: Membership, customer_id: int) -> Person:
    """The customer; refuses one of another organization."""
    customer = Customer.objects.visible_to(actor).filter(pk=customer_id).first()
    if customer is None:
        raise NotVisible
    return Person(customer, customer.name)
