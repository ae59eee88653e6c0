"""Signing in is tried with the rights that the web has in production."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest

from common.middleware import OrganizationMiddleware
from common.wall.policies import WEB
from tests.architecture.world import may_act_as


@pytest.fixture(autouse=True)
def _requests_have_the_rights_of_the_web(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not {"db", "transactional_db"} & set(request.fixturenames):
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    may_act_as(WEB)
    answered = OrganizationMiddleware.__call__

    def as_the_web(self: OrganizationMiddleware, asked: HttpRequest) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {WEB}")
            try:
                return answered(self, asked)
            finally:
                cursor.execute("RESET ROLE")

    monkeypatch.setattr(OrganizationMiddleware, "__call__", as_the_web)
