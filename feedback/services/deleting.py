"""Deleting customers, themes and surveys that nothing belongs to."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InUse, NotAllowed, NotVisible, Sentence, StaleVersion
from feedback.facts import INVITATIONS, ITEMS, RESPONSES
from feedback.models import Customer, FeedbackItem, Invitation, Response, Survey, Theme
from feedback.permissions import can_delete_rows
from kpis.services import emit_facts
from people.models import Membership

Row = TypeVar("Row", Customer, Theme, Survey)
HOLDERS: Final[Mapping[type[Model], Mapping[type[Model], Sentence]]] = {
    Customer: {
        FeedbackItem: _("feedback"),
        Response: _("survey answers"),
        Invitation: _("survey invitations"),
    },
    Theme: {FeedbackItem: _("feedback")},
    Survey: {Response: _("survey answers"), Invitation: _("survey invitations")},
}


@transaction.atomic
def delete_customer(*, by: Membership, customer_id: int, version: int | None) -> None:
    """The customer is gone. Refuses who may not delete feedback, an old version, and a customer with any."""
    _delete(_locked(Customer, by, customer_id, version), by, "customer.deleted")


@transaction.atomic
def delete_theme(*, by: Membership, theme_id: int, version: int | None) -> None:
    """The theme is gone. Refuses who may not delete feedback, an old version, and a theme that feedback has."""
    _delete(_locked(Theme, by, theme_id, version), by, "theme.deleted")


@transaction.atomic
def delete_survey(*, by: Membership, survey_id: int, version: int | None) -> None:
    """The survey is gone. Refuses who may not delete feedback, an old version, and one sent or answered."""
    _delete(_locked(Survey, by, survey_id, version), by, "survey.deleted")


def _locked(model: type[Row], by: Membership, row_id: int, version: int | None) -> Row:
    row = model._default_manager.filter(organization_id=by.organization_id, pk=row_id)
    found = row.select_for_update(of=("self",)).first()
    if found is None:
        raise NotVisible
    if not can_delete_rows(by):
        raise NotAllowed
    if version is not None and found.version != version:
        raise StaleVersion
    return found


def _delete(row: Customer | Theme | Survey, by: Membership, verb: str) -> None:
    link = type(row)._meta.model_name
    held = {kind: _count(holder, link, row) for holder, kind in HOLDERS[type(row)].items()}
    if any(held.values()):
        raise InUse(held)
    record(verb, subject=row, organization_id=row.organization_id, by=by)
    row.delete()


def _count(holder: type[Model], link: str | None, row: Model) -> int:
    return holder._default_manager.filter(**{str(link): row}).count()


@transaction.atomic
def take_back_items(organization_id: int, item_ids: Sequence[int]) -> None:
    """These items of sample data are gone, with all that hangs on them and their facts; asked twice, they stay gone."""
    FeedbackItem.objects.filter(organization_id=organization_id, pk__in=item_ids).delete()
    emit_facts(ITEMS, organization_id, item_ids)


@transaction.atomic
def take_back_answers(
    organization_id: int, *, response_ids: Sequence[int] = (), invitation_ids: Sequence[int] = ()
) -> None:
    """These answers and invitations of sample surveys are gone with their facts; asked twice, they stay gone."""
    answered = Invitation.objects.filter(organization_id=organization_id, response__in=response_ids)
    asked = [*answered.values_list("pk", flat=True), *invitation_ids]
    Invitation.objects.filter(organization_id=organization_id, pk__in=invitation_ids).delete()
    Response.objects.filter(organization_id=organization_id, pk__in=response_ids).delete()
    emit_facts(RESPONSES, organization_id, response_ids)
    emit_facts(INVITATIONS, organization_id, asked)


@transaction.atomic
def take_back_parties(
    organization_id: int,
    *,
    customer_ids: Sequence[int] = (),
    theme_ids: Sequence[int] = (),
    survey_ids: Sequence[int] = (),
) -> None:
    """Customers, themes and surveys of the sample to which nothing belongs any more are gone; the others stay."""
    for model, ids in ((Customer, customer_ids), (Theme, theme_ids), (Survey, survey_ids)):
        rows = model._default_manager.filter(organization_id=organization_id, pk__in=ids)
        link = str(model._meta.model_name)
        for holder in HOLDERS[model]:
            rows = rows.exclude(Exists(holder._default_manager.filter(**{link: OuterRef("pk")})))
        rows.delete()
