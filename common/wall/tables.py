"""Which table belongs to whom. A table that is in none of these ways somebody's fails `tests/tenancy`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import ForeignKey, Model

from common.models import Part

OWNER_MODEL: Final = "people.Organization"
# Tables of no organization, by name or by `app:*`, and why; the roles of web and workers may use them whole.
SHARED: Final = {
    "activity_eventcursor": "how far the followers of the whole log have come",
    "auth:*": "comes with Django and stays empty",
    "contenttypes:*": "names of models",
    "django_migrations": "the history of the tables themselves",
    "kpis_archivedmonth": "months of facts of all organizations, and in which file they are",
    "opsteam_jobrun": "when the periodic jobs last ran",
    "people_signinattempt": "attempts to sign in, before anybody is known",
    "sessions:*": "the session says who asks and where, so it is read before either is known",
    "socialaccount_socialapp": "comes with allauth and stays empty: the provider is configured by the environment",
}
# Tables about people, who may be in several organizations: the table and column by which somebody's own is found.
# Seen are members of the present organization, who asks, and everybody where it is being found out who somebody is.
PEOPLE: Final = {
    "account_emailaddress": ("user_id", "people_user", "id"),
    "account_emailconfirmation": ("email_address_id", "account_emailaddress", "id"),
    "mfa_authenticator": ("user_id", "people_user", "id"),
    "people_accountmail": ("user_id", "people_user", "id"),
    "people_user": ("id", "people_membership", "user_id"),
    "socialaccount_socialaccount": ("user_id", "people_user", "id"),
    "socialaccount_socialtoken": ("account_id", "socialaccount_socialaccount", "id"),
    "usersessions_usersession": ("user_id", "people_user", "id"),
}
# Tables with a row per fact or cell: their organization is that of the metric, which a column would only repeat.
KEYED: Final = {
    "kpis_daycell": ("metric_id", "kpis_metric"),
    "kpis_dirtyrange": ("metric_id", "kpis_metric"),
    "kpis_hourcell": ("metric_id", "kpis_metric"),
    "kpis_measurement": ("metric_id", "kpis_metric"),
    "kpis_measurement_rest": ("metric_id", "kpis_metric"),
    "kpis_metricprogress": ("metric_id", "kpis_metric"),
    "kpis_restatement": ("metric_id", "kpis_metric"),
    "kpis_sourcekey": ("metric_id", "kpis_metric"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows of organizations: `column` holds the organization, or a row of `through` that has one."""

    name: str
    column: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """A table about people: a row is seen where `column` is a `through_column` of a row of `through` that is seen."""

    name: str
    column: str
    through: str
    through_column: str


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key whose two rows must be of one organization."""

    table: str
    column: str
    target: str
    target_key: str


def owned_models() -> list[type[Model]]:
    """Every model with an organization of its own, in the order of the apps."""
    return [model for model in _models() if _has_organization(model)]


def guarded_tables() -> list[Table]:
    """Every table that the wall divides."""
    organization = apps.get_model(OWNER_MODEL)._meta
    owned = [Table(model._meta.db_table, "organization_id") for model in owned_models()]
    keyed = [Table(name, column, through) for name, (column, through) in KEYED.items()]
    return [Table(organization.db_table, str(organization.pk.column)), *owned, *keyed]


def people_tables() -> list[PeopleTable]:
    """Every table about people, those first that others are seen through."""
    found = [PeopleTable(name, *where) for name, where in PEOPLE.items()]
    return sorted(found, key=lambda table: (table.through != "people_membership", table.name))


def shared_tables() -> list[str]:
    """Every table of ours that all organizations share."""
    return [model._meta.db_table for model in _models() if _is_shared(model)]


def unplaced_models() -> list[type[Model]]:
    """Models whose rows belong to nobody that we know of."""
    guarded = {*PEOPLE, *(table.name for table in guarded_tables())}
    return [model for model in _models() if model._meta.db_table not in guarded and not _is_shared(model)]


def parts() -> list[type[Part]]:
    """Models whose organization is that of the row they are part of."""
    return [model for model in owned_models() if issubclass(model, Part)]


def links() -> list[Link]:
    """Every foreign key between two tables that have an organization column."""
    owned = owned_models()
    return [link for model in owned for link in _links_of(model, owned)]


def keyed_links() -> dict[Table, list[Link]]:
    """The foreign keys of facts, beside the one to their metric."""
    owned = owned_models()
    keyed = {table.name: table for table in guarded_tables() if table.through}
    found = {
        keyed[model._meta.db_table]: [
            link for link in _links_of(model, owned) if link.column != keyed[model._meta.db_table].column
        ]
        for model in _models()
        if model._meta.db_table in keyed
    }
    return {table: links for table, links in found.items() if links}


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _is_shared(model: type[Model]) -> bool:
    return model._meta.db_table in SHARED or f"{model._meta.app_label}:*" in SHARED


def _has_organization(model: type[Model]) -> bool:
    return any(
        key.name == "organization" and key.related_model._meta.label == OWNER_MODEL for key in _keys_of(model)
    )


def _links_of(model: type[Model], owned: list[type[Model]]) -> Iterator[Link]:
    for key in _keys_of(model):
        if key.related_model in owned and key.db_constraint:
            target = key.related_model._meta
            yield Link(model._meta.db_table, key.column, target.db_table, target.pk.column)


def _keys_of(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
