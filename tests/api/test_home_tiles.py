"""Which KPIs stand on Home: what the page lets one choose, through the API."""

import pytest

from home.services import MOST_TILES
from kpis.models import Kpi
from kpis.services import install_library
from people.choices import Scope
from tests.api.conftest import ApiClient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/tiles/"


@pytest.fixture
def keys(cast: Cast) -> list[str]:
    install_library(cast.organization.pk)
    kpis = Kpi.objects.filter(organization=cast.organization).order_by("position", "id")
    return list(kpis.values_list("key", flat=True))


def test_tiles_are_read_chosen_in_an_order_and_given_up(cast: Cast, keys: list[str]) -> None:
    api = ApiClient(cast.ben, Scope.KPIS_READ, Scope.KPIS_WRITE)
    usual = api.send("GET", PLACE)
    assert (usual.json()["is_chosen"], len(usual.json()["kpis"])) == (False, 12)
    chosen = api.send("PUT", PLACE, {"kpis": [keys[3], keys[0]]}, If_Match=usual["ETag"])
    assert [kpi["key"] for kpi in chosen.json()["kpis"]] == [keys[3], keys[0]]
    assert api.send("GET", PLACE).json() == chosen.json()
    assert api.send("GET", PLACE, If_None_Match=chosen["ETag"]).status_code == 304
    assert api.send("PUT", PLACE, {"kpis": []}, If_Match=usual["ETag"]).status_code == 412
    assert api.send("PUT", PLACE, {"kpis": []}).json() == usual.json()


def test_the_tiles_of_a_team_are_chosen_by_who_manages_it(cast: Cast, keys: list[str]) -> None:
    place = f"{PLACE}?team={cast.support.pk}"
    told = ApiClient(cast.ana).send("PUT", place, {"kpis": keys[:1]}).json()
    assert (told["team"]["id"], [kpi["key"] for kpi in told["kpis"]]) == (cast.support.pk, keys[:1])
    for method, body in (("GET", None), ("PUT", {"kpis": []})):
        assert ApiClient(cast.ben).send(method, place, body).status_code == 403
        unknown = ApiClient(cast.dan).send(method, place, body)
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/team")
    assert ApiClient(cast.ana).send("GET", place).json() == told


def test_what_cannot_stand_on_a_tile_is_named(cast: Cast, keys: list[str]) -> None:
    api = ApiClient(cast.ben)
    unknown = api.send("PUT", PLACE, {"kpis": [keys[0], "no-such-kpi"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/kpis/1")
    for body in ({"kpis": keys[:1] * (MOST_TILES + 1)}, {}, {"kpis": keys[:1], "more": 1}):
        assert api.send("PUT", PLACE, body).status_code == 400
    assert api.send("GET", PLACE).json()["is_chosen"] is False
