"""Which KPIs stand on Home, and in which order: everybody's own choice, or their team's."""

import pytest
from django.test import Client

from common.errors import NotAllowed, NotVisible
from home.blocks import Reading, wanted
from home.blocks.kpis import tiles_block
from home.models import Tile
from home.services import choose_tiles
from kpis.models import Kpi
from kpis.selectors import today
from kpis.services import install_library
from people.models import Membership
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpis(cast: Cast) -> list[Kpi]:
    install_library(cast.organization.pk)
    return list(Kpi.objects.filter(organization=cast.organization).order_by("position", "id"))


def shown(actor: Membership, **query: str) -> list[int]:
    """The KPIs on the tiles of this member's Home."""
    reading = Reading(actor, wanted(query, today(actor.organization)))
    return [card.kpi_id for card in tiles_block(reading).cards]


def change(client: Client, change: str, *kpis: int, **more: int) -> None:
    answer = client.post("/tiles/", {"change": change, "kpi": list(kpis), **more})
    assert answer.status_code == 302


def test_own_tiles_come_before_the_teams_and_these_before_the_usual_ones(cast: Cast, kpis: list[Kpi]) -> None:
    first, second, third = (kpi.pk for kpi in kpis[:3])
    team = str(cast.support.pk)
    assert shown(cast.ana) == [kpi.pk for kpi in kpis[:12]]
    choose_tiles(by=cast.ana, kpi_ids=[third, first], team_id=cast.support.pk)
    assert (shown(cast.ana, team=team), shown(cast.ben, team=team)) == ([third, first], [third, first])
    assert len(shown(cast.ben)) == 12
    choose_tiles(by=cast.ben, kpi_ids=[second])
    assert (shown(cast.ben, team=team), shown(cast.ben)) == ([second], [second])
    assert (shown(cast.ana, team=team), len(shown(cast.ana))) == ([third, first], 12)
    choose_tiles(by=cast.ben, kpi_ids=[])
    assert shown(cast.ben, team=team) == [third, first]


def test_tiles_are_moved_added_and_taken_off_without_a_script(cast: Cast, kpis: list[Kpi]) -> None:
    a, b, c, d = (kpi.pk for kpi in kpis[:4])
    client = sign_in(cast.ben)
    change(client, "add", a, b, add=d)
    assert shown(cast.ben) == [a, b, d]
    change(client, f"up:{d}", a, b, d)
    assert shown(cast.ben) == [a, d, b]
    change(client, f"down:{a}", a, d, b)
    assert shown(cast.ben) == [d, a, b]
    change(client, f"off:{a}", d, a, b)
    assert shown(cast.ben) == [d, b]
    change(client, f"up:{c}", d, b)
    assert shown(cast.ben) == [d, b]
    change(client, "reset", d, b)
    assert not Tile.objects.exists()
    assert client.post("/tiles/", {"change": "sideways"}).status_code == 400


def test_a_team_has_its_tiles_from_whoever_leads_it(cast: Cast, kpis: list[Kpi]) -> None:
    with pytest.raises(NotAllowed):
        choose_tiles(by=cast.ben, kpi_ids=[kpis[0].pk], team_id=cast.support.pk)
    with pytest.raises(NotVisible):
        choose_tiles(by=cast.dan, kpi_ids=[kpis[0].pk], team_id=cast.support.pk)
    assert not Tile.objects.exists()
    ana, ben = sign_in(cast.ana), sign_in(cast.ben)
    change(ana, "add", add=kpis[1].pk, team=cast.support.pk)
    assert "Support" in ana.get(f"/tiles/?team={cast.support.pk}").content.decode()
    assert ben.get(f"/tiles/?team={cast.support.pk}").status_code == 404
    assert ben.get("/tiles/").status_code == 200


def test_kpis_of_others_and_too_many_are_left_out(cast: Cast, kpis: list[Kpi]) -> None:
    install_library(cast.other.pk)
    theirs = Kpi.objects.filter(organization=cast.other).latest("id")
    choose_tiles(by=cast.ben, kpi_ids=[theirs.pk, kpis[0].pk, kpis[0].pk])
    assert shown(cast.ben) == [kpis[0].pk]
    choose_tiles(by=cast.ben, kpi_ids=[kpi.pk for kpi in kpis])
    assert Tile.objects.filter(membership=cast.ben).count() == min(24, len(kpis))
