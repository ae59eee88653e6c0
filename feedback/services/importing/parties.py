"""The rows that imported feedback refers to: customers and themes are made where unknown, people are not."""

from collections.abc import Iterable, Sequence

from common.errors import InvalidInput
from feedback.models import Customer, Theme
from feedback.services.importing.rows import ItemRow
from feedback.services.items import theme_names
from people.models import Membership, Team
from people.selectors import NO_SUCH_ROW


def customers_of(organization_id: int, rows: Sequence[ItemRow]) -> dict[str, int]:
    """Ids of the rows' customers by `customer_key`; unknown ones are created, names follow the rows."""
    names = {customer_key(row): row.customer_name or row.customer_external_id for row in rows}
    names.pop("", None)
    visible = Customer.objects.filter(organization_id=organization_id)
    known = {customer.external_id: customer for customer in visible.filter(external_id__in=names)}
    renamed = [customer for key, customer in known.items() if customer.name != names[key]]
    for customer in renamed:
        customer.name = names[customer.external_id]
    Customer.objects.bulk_update(renamed, ["name"])
    new = Customer.objects.bulk_create(
        Customer(organization_id=organization_id, external_id=key, name=name)
        for key, name in names.items()
        if key not in known
    )
    return {customer.external_id: customer.pk for customer in (*known.values(), *new)}


def customer_key(row: ItemRow) -> str:
    """The source's own key, or the name where it has none; empty for an unknown customer."""
    if row.customer_external_id or not row.customer_name:
        return row.customer_external_id
    return f"name:{row.customer_name}"[:200]


def themes_of(organization_id: int, rows: Sequence[ItemRow]) -> dict[str, int]:
    """Ids of the rows' themes by key; an unknown one is created with its key as its name."""
    keys = {row.theme_key for row in rows} - {""}
    visible = Theme.objects.filter(organization_id=organization_id, key__in=keys).values_list("key", "pk")
    missing = keys - {key for key, _pk in visible}
    # A member may name the same theme at this moment, so a twin is taken and not refused.
    Theme.objects.bulk_create(
        [Theme(organization_id=organization_id, key=key, **theme_names(key)) for key in sorted(missing)],
        ignore_conflicts=True,
    )
    return dict(visible.all())


def refuse_foreign(
    organization_id: int, team_ids: Iterable[int | None], assignee_ids: Iterable[int | None] = ()
) -> None:
    """Refuses teams and members that are not the organization's, missing and foreign ones alike."""
    for name, model, given in (("team_id", Team, team_ids), ("assignee_id", Membership, assignee_ids)):
        wanted = set(given) - {None}
        rows = model._default_manager.filter(organization_id=organization_id, pk__in=wanted)
        if wanted and wanted - set(rows.values_list("pk", flat=True)):
            raise InvalidInput({name: [NO_SUCH_ROW]})
