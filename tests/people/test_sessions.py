"""Where one is signed in, and ending it."""

from django.test import Client

from people import services
from people.models import User
from tests.conftest import PASSWORD, Cast
from tests.people.browsing import sent, signed_in, type_in

BETTER = "seven grey herons at noon"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


def browser(cast: Cast, address: str, agent: str = FIREFOX) -> Client:
    """A browser that says what it is, with ana signed in."""
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    assert type_in(client, cast.ana, address=address).status_code == 302
    return client


def ids(cast: Cast, here: Client) -> dict[str, int]:
    """Ana's sessions by the address they came from."""
    from people.selectors import sessions_of

    return {each.address: each.pk for each in sessions_of(cast.ana.user, here.session.session_key)}


def test_each_session_says_with_what_and_from_where_and_can_be_ended(cast: Cast) -> None:
    here, there = browser(cast, "192.0.2.1"), browser(cast, "192.0.2.2", "curl/8.5")
    page = here.get("/settings/sessions/").content.decode()
    assert all(words in page for words in ("Firefox, Windows", "192.0.2.1", "192.0.2.2", "curl/8.5"))
    assert here.post(f"/settings/sessions/{ids(cast, here)['192.0.2.2']}/end/").status_code == 302
    assert there.get("/tasks/").status_code == 302
    assert here.get("/tasks/").status_code == 200


def test_all_others_end_at_once_and_only_ones_own(cast: Cast) -> None:
    here, there = browser(cast, "192.0.2.1"), browser(cast, "192.0.2.2")
    bens = signed_in(cast.ben)
    assert bens.post(f"/settings/sessions/{ids(cast, here)['192.0.2.1']}/end/").status_code == 404
    here.post("/settings/sessions/others/end/")
    answers = [client.get("/tasks/").status_code for client in (here, there, bens)]
    assert answers == [200, 302, 200]


def test_a_changed_password_ends_the_others_and_keeps_this_one(cast: Cast) -> None:
    here, there = browser(cast, "192.0.2.1"), browser(cast, "192.0.2.2")
    assert here.post("/settings/password/", {"current": "wrong", "password": BETTER}).status_code == 422
    assert there.get("/tasks/").status_code == 200
    assert here.post("/settings/password/", {"current": PASSWORD, "password": BETTER}).status_code == 302
    assert [client.get("/tasks/").status_code for client in (here, there)] == [200, 302]
    assert list(ids(cast, here)) == ["192.0.2.1"]


def test_the_session_gets_a_new_key_when_somebody_signs_in(cast: Cast) -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    client.cookies["sessionid"] = session.session_key
    type_in(client, cast.ana)
    assert client.session.session_key != session.session_key


def test_a_sign_in_from_a_new_place_is_told_once_and_the_first_one_is_not(cast: Cast) -> None:
    browser(cast, "192.0.2.1")
    assert sent() == []
    browser(cast, "198.51.100.7")
    (message,) = sent()
    assert message.subject == "You signed in from a new place"
    assert "198.51.100.7" in str(message.body)
    browser(cast, "198.51.100.7")
    assert len(sent()) == 1


def test_another_address_counts_once_its_link_is_opened_by_the_owner(cast: Cast) -> None:
    from tests.people.browsing import link_in

    client = signed_in(cast.ana)
    assert client.post("/settings/address/", {"email": "ana@new.test"}).status_code == 302
    link = link_in(sent()[-1])
    assert User.objects.get(pk=cast.ana.user_id).email == "ana@example.test", "not before"
    assert signed_in(cast.ben).post(link).status_code == 404, "not by somebody else"
    assert client.post(link).status_code == 302
    assert User.objects.get(pk=cast.ana.user_id).email == "ana@new.test"
    assert sent()[-1].to == ["ana@example.test"], "the old address is told"
    assert client.post(link).status_code == 404, "the link is used up"


def test_an_address_that_somebody_has_gets_no_link_and_the_asker_is_not_told(cast: Cast) -> None:
    client = signed_in(cast.ana)
    answers = [
        client.post("/settings/address/", {"email": email}, follow=True).content.decode().count("on its way")
        for email in (cast.ben.user.email, "free@example.test")
    ]
    assert answers == [1, 1]
    assert [message.to for message in sent()] == [["free@example.test"]]


def test_forgetting_what_is_old_twice_deletes_nothing_more(cast: Cast) -> None:
    here = browser(cast, "192.0.2.1")
    services.forget_sessions()
    assert here.get("/tasks/").status_code == 200
    assert (services.forget_sessions(), services.forget_attempts(), services.forget_mails()) == (0, 0, 0)
