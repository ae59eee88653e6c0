"""Reads of Home beside its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db import connection
from django.utils import timezone, translation

from common.errors import NotAllowed, NotVisible
from home.blocks.kpis import USUAL_TILES
from home.models import Tile
from kpis.models import Kpi
from people.models import Membership, Team
from people.permissions import can_manage_team

# Replies become late and days end without an event.
PULSE_SECONDS = 300
PULSE = """
SELECT (SELECT max(id) FROM activity_event WHERE organization_id = %(organization)s),
    (SELECT sum(p.newest_version) FROM kpis_metricprogress AS p
        JOIN kpis_metric AS m ON m.id = p.metric_id WHERE m.organization_id = %(organization)s),
    (SELECT event_id FROM home_visit WHERE membership_id = %(member)s),
    (SELECT sum(kpi_id * (position + 1)) FROM home_tile WHERE organization_id = %(organization)s)
"""


def pulse_of(actor: Membership, asked: str) -> str:
    """An entity tag that is another one whenever Home may show something else than before. One cheap query."""
    now = int(timezone.now().timestamp()) // PULSE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(PULSE, {"organization": actor.organization_id, "member": actor.pk})
        read = cursor.fetchone()
    told = (*read, now, actor.pk, actor.role, asked, translation.get_language())
    return f'"{crc32(repr(told).encode()):08x}"'


@dataclass(frozen=True, slots=True)
class TileChoice:
    """The KPIs on a board in their order, all others, and whether somebody chose them or they are the usual ones."""

    chosen: Sequence[Kpi]
    others: Sequence[Kpi]
    is_chosen: bool


def tile_choice(actor: Membership, team_id: int | None) -> TileChoice:
    """What stands on the actor's own Home, or on that of a team. Two queries."""
    kpis = list(Kpi.objects.visible_to(actor).filter(archived_at=None).order_by("position", "id"))
    tiles = Tile.objects.visible_to(actor)
    board = tiles.filter(membership=actor) if team_id is None else tiles.filter(team=team_id)
    ids = list(board.values_list("kpi_id", flat=True))
    by_id = {kpi.pk: kpi for kpi in kpis}
    chosen = [by_id[kpi_id] for kpi_id in ids if kpi_id in by_id] or kpis[:USUAL_TILES]
    others = [kpi for kpi in kpis if kpi not in chosen]
    return TileChoice(chosen, others, is_chosen=bool(ids))


def teams_managed(actor: Membership) -> list[Team]:
    """The teams whose board the actor may choose. One query."""
    return [team for team in Team.objects.visible_to(actor) if can_manage_team(actor, team.pk)]


def team_managed(actor: Membership, team_id: int) -> Team:
    """One of them; refuses a team that the actor cannot see, and one that they do not manage. One query."""
    team = Team.objects.visible_to(actor).filter(pk=team_id).first()
    if team is None:
        raise NotVisible
    if not can_manage_team(actor, team_id):
        raise NotAllowed
    return team
