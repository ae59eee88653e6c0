"""Recognisable secrets go through the real doors; afterwards logs, Redis, a backup and the database hold none."""

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from redis import Redis

from activity import services as activity
from common.logs import line_formatter
from kpis import services as kpis
from kpis.choices import Unit
from notifications import services as notifications
from notifications.services import webhooks
from people.models import User
from people.services.account_mail import password_reset_path
from tests.conftest import Cast, create_cast, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

RIGHT = "canary-right-Zq7pN2wLx9"
WRONG = "canary-wrong-Vb3kT8mRe1"
CHOSEN = "canary-chosen-Hd5sJ4uYc6"
CHAT = "canarychatK2fG7oWn3xQ"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Every logger at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(line_formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def secrets(transactional_db: None, lines: io.StringIO, tmp_path: Path) -> dict[str, str]:
    """Everything secret that came up while people and programs used the doors."""
    cast = create_cast()
    adam = cast.adam.user
    adam.set_password(RIGHT)
    adam.save()
    found = {"right password": RIGHT, "wrong password": WRONG, "chat": CHAT}
    found |= _signing_in(cast)
    found |= _reset(adam)
    found |= _token(cast)
    _endpoint, found["webhook"] = webhooks.create_endpoint(
        by=cast.adam, url="https://receiver.example/in", event_types=["task.created"]
    )
    notifications.add_room(
        by=cast.adam,
        kind="slack",
        name="Ops",
        address=f"https://hooks.slack.com/services/T00000000/B00000000/{CHAT}",
    )
    activity.tell_followers()
    notifications.send_due()
    return found


def _signing_in(cast: Cast) -> dict[str, str]:
    client = Client()
    for password in (WRONG, RIGHT):
        client.post("/sign-in/", {"email": cast.adam.user.email, "password": password})
    assert client.get("/tasks/").status_code == 200
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value}


def _reset(user: User) -> dict[str, str]:
    client = Client()
    client.post("/password/", {"email": user.email})
    path = password_reset_path(User.objects.get(pk=user.pk))
    client.get(path)
    client.post(path, {"password": CHOSEN, "password_again": CHOSEN})
    client.get(path)
    logging.getLogger("x").warning("slow page %s", path)
    return {"reset link": path.strip("/").rpartition("/")[2], "chosen password": CHOSEN}


def _token(cast: Cast) -> dict[str, str]:
    form = {"name": "push", "scopes": "measurements:write", "days": 30}
    page = sign_in(cast.ana).post("/tokens/", form, follow=True)
    (secret,) = set(re.findall(r"ops_\d+_([\w-]{20,})", page.content.decode()))
    token = re.findall(r"ops_\d+_[\w-]{20,}", page.content.decode())[0]
    kpis.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "push-1"}
    body = {"measurements": [{"key": "a", "occurred_at": "2026-01-05T00:00:00Z", "value": 1}]}
    for address in ("/api/v1/metrics/calls/measurements/", "/api/v1/no-such/"):
        Client().post(address, body, content_type="application/json", headers=headers)
    Client().get("/api/v1/tasks/", headers={"Authorization": f"Bearer {token}x"})
    Client().get(f"/tasks/?token={token}")
    return {"api token": secret}


def texts_in_redis() -> str:
    """All that Redis holds."""
    client = Redis.from_url(settings.REDIS_URL)
    parts: list[Any] = []
    for key in client.scan_iter():
        kind = client.type(key)
        parts.append(key)
        parts.append(client.lrange(key, 0, -1) if kind == b"list" else client.dump(key))
    client.close()
    return repr(parts)


def tables_that_hold(secret: str) -> list[str]:
    """Every table with the secret anywhere in a row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name} AS t WHERE strpos(t::text, %s) > 0)", [secret])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_logs_redis_database_and_backup_hold_no_secret(
    secrets: dict[str, str], lines: io.StringIO, tmp_path: Path
) -> None:
    call_command("backup", tmp_path / "x.backup")
    with ZipFile(tmp_path / "x.backup") as archive:
        backup = "".join(archive.read(name).decode() for name in archive.namelist())
    said, redis = lines.getvalue(), texts_in_redis()
    assert said.count("http.request") > 8
    assert "users" in backup
    assert all(len(secret) > 12 for secret in secrets.values())
    found = {
        name: [
            where
            for where, text in {"logs": said, "redis": redis, "backup": backup}.items()
            if secret in text
        ]
        + [table for table in tables_that_hold(secret) if name != "session"]
        for name, secret in secrets.items()
    }
    assert {name: where for name, where in found.items() if where} == {}
    # Cookies are compared with what the database holds of them; no backup does.
    assert set(tables_that_hold(secrets["session"])) <= {"django_session", "usersessions_usersession"}


def test_a_secret_in_the_open_would_be_found(secrets: dict[str, str], lines: io.StringIO) -> None:
    """The negative twin: each place where it could lie is really searched."""
    logging.getLogger("x").info("somebody typed %s into a field of no known name", secrets["wrong password"])
    client = Redis.from_url(settings.REDIS_URL)
    client.rpush("celery-canary", secrets["wrong password"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_user SET name = %s", [secrets["wrong password"]])
    assert secrets["wrong password"] in lines.getvalue()
    assert secrets["wrong password"] in texts_in_redis()
    assert tables_that_hold(secrets["wrong password"]) == ["people_user"]
    client.delete("celery-canary")
    client.close()
