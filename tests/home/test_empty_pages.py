"""Every list of an empty organization says what it is for and offers the one next step, in both languages."""

import re

import pytest
from django.test import Client

from people import services as people
from people.choices import Language, Role
from people.models import User
from tests.conftest import sign_in

# Each list with the address of its next step; "" where the form for it stands on the page.
EMPTY = {
    "/tasks/": "/tasks/new/",
    "/feedback/": "/feedback/new/",
    "/goals/": "/goals/new/",
    "/kpis/": "/kpis/new/",
    "/metrics/": "/metrics/new/",
    "/signals/": "/kpis/",
    "/reports/weekly/2026-W20/": "/kpis/",
    "/inbox/": "/settings/notifications/",
    "/settings/deliveries/": "/settings/channels/",
    "/settings/webhooks/": "/settings/webhooks/new/",
    "/settings/teams/": "/settings/teams/new/",
    "/settings/audit/?person=&verb=task.deleted": "/settings/audit/",
    "/settings/channels/": "",
    "/settings/invitations/": "",
    "/tokens/": "",
    "/tasks/import/": "",
    "/feedback/import/": "",
}
BLOCK = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module", params=Language.values)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def newcomer(db: None, language: str) -> Client:
    """The administrator of an organization in which nothing is at all."""
    organization = people.create_organization(slug="new", name_en="New", time_zone="Asia/Shanghai")
    member = people.add_member(
        organization=organization,
        email="n@example.test",
        name="Nora",
        role=Role.ADMIN,
        password=None,
        language=Language(language),
    )
    User.objects.filter(pk=member.user_id).update(language=language)
    return sign_in(member)


def test_every_empty_list_says_what_it_is_for_and_what_to_do(newcomer: Client, language: str) -> None:
    for address, next_step in EMPTY.items():
        page = newcomer.get(address).content.decode()
        found = BLOCK.search(page.partition("<main")[2])
        assert found, f"{address} has no words for being empty"
        texts = re.findall(r"<p[^>]*>([^<]+)</p>", found[1])
        assert len(texts) >= 2, f"{address} says only {texts}"
        assert all(bool(CHINESE.search(text)) == (language != "en") for text in texts), texts
        if next_step:
            assert f'href="{next_step}"' in found[1], f"{address} offers no next step"
        else:
            assert "<form" in page.partition("<main")[2], address
