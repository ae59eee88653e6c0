"""The frame around every page."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.conftest import PASSWORD, Cast, sign_in

pytestmark = pytest.mark.django_db


def test_home_sends_a_stranger_to_sign_in_and_remembers_where_they_wanted_to_go() -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/"


def test_every_place_of_the_navigation_has_a_page(cast: Cast) -> None:
    page = sign_in(cast.ana).get("/").content.decode()
    for path in ("/", "/goals/", "/tasks/", "/feedback/", "/kpis/"):
        assert f'class="nav-link" href="{path}"' in page


def test_signing_in_opens_the_page_that_was_asked_for(cast: Cast) -> None:
    form = {"email": "ANA@example.test", "password": PASSWORD, "next": "/kpis/"}
    response = Client().post("/sign-in/", form)
    assert (response.status_code, response["Location"]) == (302, "/kpis/")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test"]
)
def test_signing_in_never_leads_to_another_site(cast: Cast, elsewhere: str) -> None:
    response = Client().post(
        "/sign-in/", {"email": "ana@example.test", "password": PASSWORD, "next": elsewhere}
    )
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("email", ["ana@example.test", "nobody@example.test"])
def test_a_wrong_password_and_an_unknown_address_are_refused_with_the_same_words(
    cast: Cast, email: str
) -> None:
    client = Client()
    response = client.post("/sign-in/", {"email": email, "password": "wrong"})
    assert response.status_code == 422
    assert "do not belong together" in response.content.decode()
    assert client.get("/").status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(cast: Cast) -> None:
    client = sign_in(cast.ana)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


def test_the_language_is_kept_on_the_account_and_in_the_browser(cast: Cast) -> None:
    client = sign_in(cast.ana)
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    cast.ana.user.refresh_from_db()
    assert cast.ana.user.language == "zh-hans"
    assert "退出登录" in client.get("/").content.decode()
    client.post("/sign-out/")
    assert "登录" in client.get("/sign-in/").content.decode()


def test_an_unknown_language_changes_nothing(cast: Cast) -> None:
    client = sign_in(cast.ana)
    assert client.post("/language/", {"language": "tlh"}).status_code == 302
    cast.ana.user.refresh_from_db()
    assert cast.ana.user.language == "en"


def test_the_theme_is_kept_by_the_member_and_by_the_browser(cast: Cast) -> None:
    client = sign_in(cast.ana)
    assert 'data-theme="system"' in client.get("/").content.decode()
    assert client.post("/theme/", {"theme": "dark", "next": "/tasks/"})["Location"] == "/tasks/"
    cast.ana.refresh_from_db()
    assert cast.ana.theme == "dark"
    assert 'data-theme="dark"' in client.get("/").content.decode()
    assert 'data-theme="system"' in sign_in(cast.ben).get("/").content.decode()
    client.post("/sign-out/")
    assert 'data-theme="dark"' in client.get("/sign-in/").content.decode()


def test_an_unknown_theme_changes_nothing(cast: Cast) -> None:
    client = sign_in(cast.ana)
    assert client.post("/theme/", {"theme": '"><b>'}).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.theme == "system"


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "/"), ("/signals/", "/signals/"), ("/metrics/", "/kpis/"), ("/tokens/", "/settings/profile/")],
)
def test_the_navigation_says_where_one_is(cast: Cast, path: str, place: str) -> None:
    page = sign_in(cast.ana).get(path).content.decode()
    assert f'class="nav-link" href="{place}" aria-current="page"' in page


def test_the_team_is_a_place_for_those_who_run_one(cast: Cast) -> None:
    assert 'class="nav-link" href="/settings/members/"' in sign_in(cast.adam).get("/").content.decode()
    assert 'class="nav-link" href="/settings/teams/"' in sign_in(cast.ana).get("/").content.decode()
    ordinary = sign_in(cast.ben).get("/").content.decode()
    assert "/settings/teams/" not in ordinary
    assert "/settings/members/" not in ordinary


def test_the_manifest_speaks_both_languages_and_names_pictures_that_exist() -> None:
    english, chinese = (Client().get(f"/manifest/{code}.webmanifest").json() for code in ("en", "zh-hans"))
    assert english["name"] != chinese["name"]
    assert Client().get("/manifest/tlh.webmanifest").status_code == 404
    for picture in english["icons"]:
        assert finders.find(picture["src"].removeprefix("/static/")), picture


def test_an_unknown_address_is_a_404_page_inside_the_frame(cast: Cast) -> None:
    response = sign_in(cast.ana).get("/no-such-page/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
