"""Recording whom a survey was sent to."""

from collections.abc import Sequence

from django.db import transaction

from activity.services import record
from feedback.facts import INVITATIONS
from feedback.models import Customer, FeedbackItem, Invitation
from feedback.services.importing.parties import refuse_foreign
from feedback.services.importing.responses import items_named, locked_survey
from feedback.services.importing.rows import InvitationRow
from kpis import services as kpis
from people.models import Membership
from tasks.services import ImportCounts

STORED = ("invited_at", "team", "item", "customer")
CONTENT = ("invited_at", "team_id", "item_id", "customer_id")


@transaction.atomic
def record_invitations(
    organization_id: int,
    source: str,
    survey_key: str,
    rows: Sequence[InvitationRow],
    by: Membership | None = None,
) -> ImportCounts:
    """Each row is the invitation of its external id to that survey; one sent again is corrected, never doubled.

    `item_external_id` names an item of the same `source`, which gives its customer and, where the row has none,
    its team. Facts and one event follow what changed; answers stay. Refuses viewers, an unknown survey, and
    teams of another organization; then nothing is stored.
    """
    survey = locked_survey(organization_id, survey_key, by)
    wanted = {row.external_id: row for row in rows}
    refuse_foreign(organization_id, [row.team_id for row in rows])
    stored = Invitation.objects.filter(survey=survey, external_id__in=wanted)
    known = {invitation.external_id: invitation for invitation in stored}
    items = items_named(organization_id, source, [row.item_external_id for row in rows])
    customers = _customers(organization_id, rows)
    new, changed = [], []
    for external_id, row in wanted.items():
        invitation = known.get(external_id) or Invitation(
            organization_id=organization_id, survey=survey, external_id=external_id
        )
        before = [getattr(invitation, name) for name in CONTENT]
        _take_row(invitation, row, items.get(row.item_external_id), customers)
        if external_id not in known:
            new.append(invitation)
        elif [getattr(invitation, name) for name in CONTENT] != before:
            changed.append(invitation)
    if new or changed:
        Invitation.objects.bulk_create(new)
        Invitation.objects.bulk_update(changed, STORED)
        counts = {"created": len(new), "updated": len(changed)}
        record("survey.sent", subject=survey, organization_id=organization_id, by=by, **counts)
        kpis.emit_facts(INVITATIONS, organization_id, [row.pk for row in (*new, *changed)])
    return ImportCounts(
        created=len(new),
        updated=len(changed) + len(rows) - len(wanted),
        unchanged=len(wanted) - len(new) - len(changed),
    )


def _take_row(
    invitation: Invitation, row: InvitationRow, item: FeedbackItem | None, customers: dict[str, int]
) -> None:
    invitation.invited_at = row.invited_at
    invitation.item = item
    invitation.customer_id = item.customer_id if item else customers.get(row.customer_external_id)
    invitation.team_id = row.team_id if row.team_id is not None else item.team_id if item else None


def _customers(organization_id: int, rows: Sequence[InvitationRow]) -> dict[str, int]:
    keys = {row.customer_external_id for row in rows} - {""}
    customers = Customer.objects.filter(organization_id=organization_id, external_id__in=keys)
    return dict(customers.values_list("external_id", "pk"))
