"""Passwords that are refused, in both languages, without asking anybody outside."""

import pytest

from common.errors import InvalidInput
from people import services
from tests.conftest import Cast
from tests.people.browsing import signed_in


@pytest.mark.parametrize(
    "password",
    [
        "password1",
        "P@ssw0rd2024",
        "qwertyuiop12",
        "ana-example",
        "12345678901",
        "iloveyou!!",
        "opsteam2026",
        "liverpool99",
    ],
)
def test_breached_and_guessable_passwords_are_refused(cast: Cast, password: str) -> None:
    with pytest.raises(InvalidInput):
        services.set_password(user=cast.ana.user, password=password)
    cast.ana.user.refresh_from_db()
    assert not cast.ana.user.check_password(password)


@pytest.mark.parametrize("password", ["seven grey herons at noon", "紫色的鲸鱼在唱歌跳舞", "jX9!kd02ssQ-"])
def test_good_ones_are_taken(cast: Cast, password: str) -> None:
    services.set_password(user=cast.ana.user, password=password)
    assert cast.ana.user.check_password(password)


def test_the_refusal_is_in_the_readers_language(cast: Cast) -> None:
    client = signed_in(cast.ana)
    form = {"current": "correct horse battery staple", "password": "P@ssw0rd2024"}
    assert "easy to guess" in client.post("/settings/password/", form).content.decode()
    client.post("/language/", {"language": "zh-hans"})
    assert "容易被猜到" in client.post("/settings/password/", form).content.decode()
    short = client.post("/settings/password/", {**form, "password": "鲸鱼"}).content.decode()
    assert "密码太短，至少需要 8 个字符。" in short
    assert "This password" not in short
