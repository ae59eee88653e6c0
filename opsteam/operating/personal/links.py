"""Which rows belong to a person: found in the models, so that a new one cannot be forgotten."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from feedback.models import Customer
from people.models import Membership, SignInAttempt, User
from people.services import account_key

PERSONS: tuple[type[models.Model], ...] = (User, Membership, Customer)
# One step further: rows that belong to a person through another row of theirs.
THROUGH: dict[type[models.Model], tuple[tuple[str, str], ...]] = {
    Customer: (("feedback.Reply", "item__customer"),),
    Membership: (("people.IdempotentRequest", "token__membership"),),
}
# Rows of an organization that hold a person's address and no link to them.
BY_ADDRESS = ("notifications.Delivery.address", "people.Invitation.email")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.FileField)


def relations_to(person: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every model with the name of its relation to such persons, those of the libraries included."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is person:
                yield model, field.name
    for label, path in THROUGH.get(person, ()):
        yield apps.get_model(label), path


def rows_by_address(member: Membership, email: str) -> Iterator["models.QuerySet[Any]"]:
    """What was sent to the address in the member's organization, and by whom it was invited."""
    for label, _dot, field in (each.rpartition(".") for each in BY_ADDRESS):
        rows = apps.get_model(label)._base_manager.filter(organization_id=member.organization_id)
        yield rows.filter(**{f"{field}__iexact": email})


def attempts_at(account: User) -> "models.QuerySet[SignInAttempt]":
    """The attempts to sign in to the account that are still remembered; they hold the network of who tried."""
    names = (("password", account.email), ("reset", account.email), ("code", account.pk))
    keys = [account_key(purpose, name) for purpose, name in names]
    return SignInAttempt.objects.filter(account__in=keys)


def is_linked(model: type[models.Model]) -> bool:
    """Whether the rows of the model say something of a person."""
    return model in PERSONS or any(
        model is found for person in PERSONS for found, _path in relations_to(person)
    )


def free_texts(model: type[models.Model]) -> Iterator["models.Field[Any, Any]"]:
    """Fields of the model that hold what somebody wrote, not one of a closed list."""
    for field in model._meta.concrete_fields:
        inner = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(inner, TEXTS) and not inner.choices:
            yield field


def name_of(model: type[models.Model], field: str) -> str:
    """`people.User.email`, as the table in `fields.py` has it."""
    return f"{model._meta.label}.{field}"
