"""Customers and themes: whom feedback comes from, and what it is about."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from feedback.models import Customer, Survey, Theme
from feedback.permissions import can_change_feedback
from people.models import Membership

Named = Customer | Theme | Survey


@transaction.atomic
def create_customer(*, by: Membership, name: str, email: str = "", external_id: str = "") -> Customer:
    """A customer to link feedback to. Refuses viewers, no name, a bad address and a known external id."""
    _refuse_viewers(by)
    customer = Customer(
        organization_id=by.organization_id, name=name.strip(), email=email.strip(), external_id=external_id
    )
    _refuse_wrong_customer(customer)
    customer.save()
    record("customer.created", subject=customer, organization_id=by.organization_id, by=by)
    return customer


@transaction.atomic
def edit_customer(*, by: Membership, customer_id: int, version: int | None, **changes: Any) -> Customer:
    """The customer has this name, address and external id; no difference, no change. Refuses as for a new one."""
    customer = Customer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotVisible
    changed = assigned(customer, by, version, ("name", "email", "external_id"), changes)
    if changed:
        _refuse_wrong_customer(customer)
        _save(customer, changed, "customer.edited", by)
    return customer


@transaction.atomic
def create_theme(*, by: Membership, key: str, name_en: str = "", name_zh: str = "") -> Theme:
    """A theme; its key labels the numbers of its feedback. Refuses viewers, no name and a known key."""
    _refuse_viewers(by)
    theme = Theme(
        organization_id=by.organization_id, key=key.strip(), name_en=name_en.strip(), name_zh=name_zh.strip()
    )
    problems = name_problems(theme)
    if Theme.objects.visible_to(by).filter(key=theme.key).exists():
        problems["key"] = [_("Another theme of your organization has this key.")]
    if problems:
        raise InvalidInput(problems)
    theme.save()
    record("theme.created", subject=theme, organization_id=by.organization_id, by=by, key=theme.key)
    return theme


@transaction.atomic
def edit_theme(*, by: Membership, theme_id: int, version: int | None, **changes: Any) -> Theme:
    """The theme has these names; its key stays, because numbers carry it. Refuses viewers and no name."""
    theme = Theme.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=theme_id).first()
    if theme is None:
        raise NotVisible
    changed = assigned(theme, by, version, ("name_en", "name_zh"), changes)
    if problems := name_problems(theme):
        raise InvalidInput(problems)
    if changed:
        _save(theme, changed, "theme.edited", by)
    return theme


@transaction.atomic
def create_survey(*, by: Membership, key: str, kind: str, name_en: str = "", name_zh: str = "") -> Survey:
    """A survey of a kind, which stays for its life. Refuses viewers, no name and a known key."""
    _refuse_viewers(by)
    survey = Survey(
        organization_id=by.organization_id,
        key=key.strip(),
        kind=kind,
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
    )
    problems = name_problems(survey)
    if Survey.objects.visible_to(by).filter(key=survey.key).exists():
        problems["key"] = [_("Another survey of your organization has this key.")]
    if problems:
        raise InvalidInput(problems)
    survey.save()
    record("survey.created", subject=survey, organization_id=by.organization_id, by=by, key=survey.key)
    return survey


@transaction.atomic
def edit_survey(*, by: Membership, survey_id: int, version: int | None, **changes: Any) -> Survey:
    """The survey has these names; key and kind stay. Refuses viewers and no name."""
    survey = Survey.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=survey_id).first()
    if survey is None:
        raise NotVisible
    changed = assigned(survey, by, version, ("name_en", "name_zh"), changes)
    if problems := name_problems(survey):
        raise InvalidInput(problems)
    if changed:
        _save(survey, changed, "survey.edited", by)
    return survey


def assigned(
    row: Named, by: Membership, version: int | None, known: tuple[str, ...], changes: dict[str, Any]
) -> list[str]:
    """Sets what differs and returns its names. Refuses viewers and an old version."""
    _refuse_viewers(by)
    if version is not None and row.version != version:
        raise StaleVersion
    changed = [name for name in known if name in changes and getattr(row, name) != changes[name]]
    for name in changed:
        setattr(row, name, changes[name].strip())
    return changed


def name_problems(row: Theme | Survey) -> dict[str, list[Sentence]]:
    """Why the names cannot be."""
    if row.name_en or row.name_zh:
        return {}
    return {"name_en": [_("Give it a name in English, in Chinese, or in both.")]}


def _refuse_viewers(by: Membership) -> None:
    if not can_change_feedback(by):
        raise NotAllowed


def _refuse_wrong_customer(customer: Customer) -> None:
    problems: dict[str, list[Any]] = {}
    try:
        customer.clean_fields(exclude=["organization"])
    except ValidationError as error:
        problems |= error.message_dict
    others = Customer.objects.filter(organization_id=customer.organization_id).exclude(pk=customer.pk)
    if customer.external_id and others.filter(external_id=customer.external_id).exists():
        problems["external_id"] = [_("Another customer of your organization has this id.")]
    if problems:
        raise InvalidInput(problems)


def _save(row: Named, changed: list[str], verb: str, by: Membership) -> None:
    row.version += 1
    row.save(update_fields=[*changed, "version", "updated_at"])
    record(verb, subject=row, organization_id=row.organization_id, by=by, fields=",".join(changed))
