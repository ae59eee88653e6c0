"""If-Match guards changes, If-None-Match saves answers."""

import pytest

from people.models import Team
from tests.api.conftest import ApiClient
from tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("stage")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('"v3"', 200),
        ("*", 200),
        (' "v3" ', 200),
        ('"v2"', 412),
        ('"v03x"', 412),
        ('W/"v3"', 412),
        ("v3", 412),
        ('"v99999999999999999999"', 412),
        ('"v3", "v4"', 400),
        ("", 428),
    ],
)
def test_if_match_names_the_version_that_may_be_changed(cast: Cast, given: str, status: int) -> None:
    answer = ApiClient(cast.ana).send("PATCH", "/api/v1/version/", {}, If_Match=given)
    assert answer.status_code == status
    if status != 200:
        assert answer["Content-Type"] == "application/problem+json"


def test_a_change_without_if_match_is_refused_with_428(cast: Cast) -> None:
    answer = ApiClient(cast.ana).send("PATCH", "/api/v1/version/", {})
    assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")


@pytest.mark.parametrize("given", ['"v3"', 'W/"v3"', '"v1", "v3"', "*"])
def test_a_reader_who_has_the_answer_gets_304_without_a_body(cast: Cast, given: str) -> None:
    Team.objects.create(organization=cast.organization, name_en="Third")
    answer = ApiClient(cast.ana).send("GET", "/api/v1/teams/", If_None_Match=given)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"v3"')
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("given", ['"v1"', "v2", "nonsense", ""])
def test_a_reader_with_another_version_gets_the_answer_and_its_etag(cast: Cast, given: str) -> None:
    answer = ApiClient(cast.ana).send("GET", "/api/v1/teams/", If_None_Match=given)
    assert (answer.status_code, answer.json(), answer["ETag"]) == (200, {"n": 2}, '"v2"')
