"""Whoever saves a team second is told what changed meanwhile, and can save again."""

import pytest

from people import services
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


def test_an_old_version_comes_back_with_both_names_and_the_next_attempt_is_stored(cast: Cast) -> None:
    team, client = cast.support, sign_in(cast.adam)
    address = f"/settings/teams/{team.pk}/"
    typed = {"name_en": "Mine", "name_zh": "", "parent": "", "version": team.version}
    services.edit_team(by=cast.adam, team_id=team.pk, version=team.version, name_en="Theirs")
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<mark>Mine</mark>" in page
    assert "<mark>Theirs</mark>" in page
    team.refresh_from_db()
    assert team.name_en == "Theirs"
    again = {**typed, "version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    team.refresh_from_db()
    assert team.name_en == "Mine"
