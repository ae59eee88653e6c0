"""Writes that compose the apps."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from activity.models import Event
from activity.services import record
from common.errors import NotVisible
from common.locks import LockSpace, lock_all
from common.tenancy import acting_for
from home.models import Tile, Visit
from home.selectors import team_managed
from kpis.models import Kpi
from kpis.services import install_library
from notifications.services import seed_reminder_rules
from people import first_run
from people import services as people
from people.choices import Language, Role
from people.models import Membership, Team


@transaction.atomic
def found_organization(
    *, name: str, time_zone: str, language: Language, admin_name: str, email: str, password: str
) -> Membership:
    """The first organization with its administrator and the shipped KPIs and reminders; refuses where one exists."""
    lock_all(LockSpace.FIRST_RUN, [0])
    if not first_run.is_open():
        raise NotVisible
    organization = people.create_organization(
        slug=slugify(name) or "main",
        name_zh=name if language == Language.CHINESE else "",
        name_en=name if language == Language.ENGLISH else "",
        time_zone=time_zone,
        language=language,
    )
    with acting_for(organization.pk):
        admin = people.add_member(
            organization=organization,
            email=email,
            name=admin_name,
            role=Role.ADMIN,
            password=password,
            language=language,
        )
        install_library(organization.pk)
        seed_reminder_rules(organization.pk)
        record("organization.founded", subject=organization, organization_id=organization.pk, by=admin)
    return admin


@transaction.atomic
def mark_seen(*, by: Membership, event_id: int) -> None:
    """What happened up to that event is no news for this person any more; the mark never goes back, nor beyond now."""
    newest = Event.objects.visible_to(by).aggregate(newest=Max("id"))["newest"] or 0
    event_id = min(event_id, newest)
    visit, _is_new = Visit.objects.select_for_update().get_or_create(
        membership=by,
        defaults={"organization_id": by.organization_id, "event_id": event_id, "seen_at": timezone.now()},
    )
    if event_id > visit.event_id:
        visit.event_id, visit.seen_at = event_id, timezone.now()
        visit.save(update_fields=["event_id", "seen_at"])


MOST_TILES = 24


@transaction.atomic
def choose_tiles(*, by: Membership, kpi_ids: Sequence[int], team_id: int | None = None) -> None:
    """The Home of `by`, or of a team for those who chose none of their own, shows these KPIs in this order.

    No KPI is the same as never having chosen. Unknown ones and those beyond 24 are left out. Refuses a team that `by`
    cannot see or does not manage.
    """
    board: QuerySet[Any] = Membership.objects.filter(pk=by.pk)
    if team_id is not None:
        board = Team.objects.filter(pk=team_managed(by, team_id).pk)
    # Of two who choose at the same time, the second replaces what the first chose.
    board.select_for_update(no_key=True).get()
    own = Tile.objects.visible_to(by)
    own = own.filter(membership=by) if team_id is None else own.filter(team=team_id)
    known = set(Kpi.objects.visible_to(by).filter(pk__in=kpi_ids).values_list("pk", flat=True))
    wanted = [kpi_id for kpi_id in dict.fromkeys(kpi_ids) if kpi_id in known][:MOST_TILES]
    own.delete()
    Tile.objects.bulk_create(
        Tile(
            organization_id=by.organization_id,
            membership=by if team_id is None else None,
            team_id=team_id,
            kpi_id=kpi_id,
            position=position,
        )
        for position, kpi_id in enumerate(wanted)
    )
