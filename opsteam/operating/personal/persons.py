"""A person, and everything stored about them as one JSON file in parts, however long."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from feedback.models import Customer, FeedbackItem
from opsteam.operating.personal.fields import SECRETS
from opsteam.operating.personal.links import (
    BY_ADDRESS,
    attempts_at,
    name_of,
    relations_to,
    rows_by_address,
)
from people.models import Membership

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a file is about."""

    row: Membership | Customer
    name: str

    @property
    def details(self) -> list[str]:
        """What tells them from somebody of the same name: address, number, teams."""
        if isinstance(self.row, Membership):
            found = [self.row.user.email, *(str(team) for team in self.row.teams.all())]
        else:
            found = [self.row.email, self.row.external_id, *self._subjects()]
        return [each for each in found if each]

    def _subjects(self) -> list[str]:
        newest = FeedbackItem.objects.filter(customer_id=self.row.pk).order_by("-id")
        return list(newest.values_list("subject", flat=True)[:3])

    def parts(self) -> Iterator[str]:
        """The file: the person, then each table with the rows that point at them, and how."""
        owners: list[models.Model] = [self.row]
        yield "{" + f'"person": {_json(_values(self.row))}'
        if isinstance(self.row, Membership):
            owners.append(self.row.user)
            yield f',\n"account": {_json(_values(self.row.user))}'
        for owner in owners:
            for model, path in sorted(relations_to(type(owner)), key=lambda each: name_of(*each)):
                if not (model is Membership and path == "user"):
                    rows = model._base_manager.filter(**{path: owner.pk})
                    yield from _part(name_of(model, path), rows)
        if isinstance(self.row, Membership):
            for name, rows in zip(BY_ADDRESS, rows_by_address(self.row, self.row.user.email), strict=True):
                yield from _part(name, rows)
            yield from _part("people.SignInAttempt.account", attempts_at(self.row.user))
        yield "\n}\n"


def _part(name: str, rows: "models.QuerySet[Any]") -> Iterator[str]:
    opening = f',\n"{name}": [\n'
    is_empty = True
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield f"{opening if is_empty else ',' + chr(10)}{_json(_values(row))}"
        is_empty = False
    if not is_empty:
        yield "]"


def _values(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if name_of(type(row), field.name) not in SECRETS
    }


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
