"""A team is deleted after a page that says what goes with it, and never while something belongs to it."""

import pytest
from django.urls import reverse

from people import services
from people.models import Team
from tasks.services import create_task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cast: Cast) -> Team:
    """One that nobody needs."""
    return services.create_team(by=cast.adam, name_en="Nights")


def test_a_team_is_deleted_only_after_it_was_asked(cast: Cast, team: Team) -> None:
    client, address = sign_in(cast.adam), reverse("people:delete-team", args=[team.pk])
    assert address in client.get(reverse("people:team", args=[team.pk])).content.decode()
    assert "Nights" in client.get(address).content.decode()
    assert Team.objects.filter(pk=team.pk).exists()
    client.post(address)
    assert not Team.objects.filter(pk=team.pk).exists()


def test_a_team_with_work_stays_and_it_says_why(cast: Cast, team: Team) -> None:
    create_task(by=cast.adam, title="Night shift", team_id=team.pk)
    answer = sign_in(cast.adam).post(reverse("people:delete-team", args=[team.pk]), follow=True)
    assert Team.objects.filter(pk=team.pk).exists()
    assert "Nights" in answer.content.decode()
    assert 'data-tone="bad"' in answer.content.decode()
