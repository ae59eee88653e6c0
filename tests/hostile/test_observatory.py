"""Every address of a deployment behind https scores at least 130 points at the HTTP Observatory."""

import json
import os
import subprocess
import sys
from http.cookies import SimpleCookie
from itertools import product
from typing import Any

import pytest
from django.conf import settings as present
from django.test import Client

from tests.architecture.world import World
from tests.conftest import bearer, sign_in
from tests.hostile.attack import addresses
from tests.hostile.observatory import Page, score

LEAST = 130
DUMP = """
import json
from opsteam import settings
names = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "LANGUAGE_COOKIE_", "CONTENT_SECURITY_POLICY", "X_FRAME_")
print(json.dumps({name: value for name, value in vars(settings).items() if name.startswith(names)}))
"""
HTTPS = {
    "OPSTEAM_MODE": "production",
    "OPSTEAM_SITE_URL": "https://opsteam.example",
    "OPSTEAM_SECRET_KEY": "only-for-tests-" + "x" * 40,
}


@pytest.fixture
def https(settings: Any) -> None:
    """What settings.py says of cookies and headers where the site is reached by https."""
    environment = {**os.environ, **HTTPS}
    done = subprocess.run(
        [sys.executable, "-c", DUMP],
        cwd=present.BASE_DIR,
        env=environment,
        capture_output=True,
        check=True,
    )
    for name, value in json.loads(done.stdout).items():
        setattr(settings, name, value)


def page_of(answer: Any) -> Page:
    """The answer as a scanner sees it."""
    kind = answer.headers.get("Content-Type", "")
    body = answer.getvalue().decode(errors="replace") if kind.startswith("text/html") else ""
    return Page(answer.headers, answer.cookies, body, kind.startswith("text/html"))


def test_every_answer_scores_high(world: World, https: None) -> None:
    ana, stranger = sign_in(world.cast.ana), Client()
    token = bearer(world.cast.ana)
    low: dict[str, Any] = {}
    seen = 0
    pages = [path for method, _a, path, _r in addresses(world, "pages") if method == "GET"]
    pages += ["/nothing/", "/api/v1/nothing/", "/health/live/"]
    api = [path for method, _a, path, _r in addresses(world, "api") if method == "GET"]
    asked = [*product((ana, stranger), pages, ({},)), *product((stranger,), api, (token,))]
    for client, path, headers in asked:
        answer = client.get(path, headers=headers, secure=True)
        points, parts = score(page_of(answer))
        seen += 1
        if points < LEAST:
            low[path] = (
                answer.status_code,
                points,
                {name: part for name, part in parts.items() if part != 5},
            )
    assert low == {}
    assert seen > 100


GOOD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    ("changed", "points"),
    [
        ({}, 130),
        ({"Content-Security-Policy": None}, 55),
        ({"Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"}, 80),
        ({"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'"}, 125),
        ({"Strict-Transport-Security": None}, 80),
        ({"Strict-Transport-Security": "max-age=60"}, 120),
        ({"X-Content-Type-Options": None}, 125),
        ({"Cross-Origin-Resource-Policy": None}, 120),
        ({"Referrer-Policy": "unsafe-url"}, 120),
        ({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}, 50),
    ],
)
def test_the_score_follows_the_published_table(changed: dict[str, str | None], points: int) -> None:
    headers = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    assert score(Page(headers, SimpleCookie(), "", is_html=True))[0] == points


@pytest.mark.parametrize(
    ("cookie", "points"),
    [
        ("__Host-session=x; Secure; HttpOnly; SameSite=Lax", 135),
        ("__Host-session=x; Secure; SameSite=Lax", 70),
        ("session=x; HttpOnly; SameSite=Lax", 60),
        ("language=x; SameSite=Lax", 80),
        ("csrf=x; Secure", 80),
    ],
)
def test_cookies_count_as_published(cookie: str, points: int) -> None:
    assert score(Page(GOOD, SimpleCookie(cookie), "", is_html=True))[0] == points
