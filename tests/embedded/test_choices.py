"""What a person may say to `make run`."""

import socket

import pytest

from opsteam.embedded.choices import Choices
from opsteam.embedded.errors import EmbeddedError


def test_without_a_word_everything_is_embedded_and_the_demo_is_wanted() -> None:
    chosen = Choices.read({})
    assert chosen == Choices(database_url=None, redis_url=None, port=None, demo=True)


def test_own_servers_a_port_and_an_empty_start_are_honoured() -> None:
    said = {"DATABASE_URL": "postgresql://a", "REDIS_URL": "redis://b", "PORT": "9", "DEMO": "0"}
    assert Choices.read(said) == Choices("postgresql://a", "redis://b", 9, demo=False)


@pytest.mark.parametrize("bad", [{"PORT": "http"}, {"PORT": "70000"}, {"PORT": "0"}, {"DEMO": "maybe"}])
def test_a_bad_choice_is_refused_by_name(bad: dict[str, str]) -> None:
    with pytest.raises(EmbeddedError, match=next(iter(bad))):
        Choices.read(bad)


def test_without_a_chosen_port_a_taken_one_is_avoided(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("opsteam.embedded.choices.USUAL_PORT", port)
        with Choices.read({}).web_socket() as found:
            assert found.getsockname()[1] != port


def test_a_chosen_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"Port {port} is taken"):
            Choices.read({"PORT": str(port)}).web_socket()
