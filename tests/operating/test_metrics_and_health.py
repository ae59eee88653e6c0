"""Prometheus reads the state of the waiting work, and nobody else does; readiness tells of everything it needs."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from activity import services as activity
from kpis import services as kpis
from kpis.choices import Unit
from kpis.models import DirtyRange
from opsteam.models import JobRun
from opsteam.operating import heartbeat, metrics
from opsteam.operating.gauges import GAUGES
from tests.conftest import Cast, sign_in

TOKEN = "a-long-token-of-prometheus"


@pytest.fixture
def scraper(settings: Any) -> dict[str, str]:
    """Headers of a Prometheus that has the token."""
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


def numbers(text: str) -> dict[str, float]:
    """Every sample of the page."""
    lines = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _space, value in lines}


def test_the_page_tells_what_waits(cast: Cast, scraper: dict[str, str]) -> None:
    kpis.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    activity.record("team.edited", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana)
    DirtyRange.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, logged_at)"
            " SELECT id, 0, '2026-01-01', '2026-01-02', now() - interval '90 s' FROM kpis_metric LIMIT 1"
        )
        cursor.execute("INSERT INTO activity_eventcursor VALUES ('slow', 0, 0, now()) ON CONFLICT DO NOTHING")
    heartbeat.note("kpis.judge", begun_at=time.time(), has_succeeded=True, is_tick=True)
    sign_in(cast.ana).get("/tasks/")
    answer = Client().get("/metrics", headers=scraper)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    found = numbers(answer.content.decode())
    assert 89 < found["opsteam_dirty_oldest_seconds"] < 120
    assert found["opsteam_dirty_ranges"] == 1
    assert found['opsteam_follower_waiting_events{follower="slow"}'] >= 1
    assert abs(found['opsteam_job_last_success_timestamp_seconds{job="kpis.judge"}'] - time.time()) < 60
    assert found["opsteam_database_bytes"] > 1e6
    assert found['opsteam_up{server="postgresql"}'] == found['opsteam_up{server="redis"}'] == 1
    assert found["opsteam_queue_messages"] >= 0
    assert found['opsteam_http_requests_total{method="GET",route="/tasks/",status="200"}'] >= 1
    assert set(GAUGES) <= {
        line.split()[2] for line in answer.content.decode().splitlines() if "# TYPE" in line
    }


def test_only_who_has_the_token_reads_it(db: None, scraper: dict[str, str], settings: Any) -> None:
    client = Client()
    for header in ("Bearer wrong", "Bearer ", f"Basic {TOKEN}", "Bearer ops_1_x"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 401
    # Without a word of the token it is the page of KPI metrics that is meant.
    assert client.get("/metrics").status_code == 301
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_on_ones_own_machine_a_program_needs_no_token(db: None, settings: Any) -> None:
    settings.MODE = "embedded"
    client = Client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 301
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 301
    assert client.get("/metrics", headers={"Accept": "text/html"}).status_code == 301


def test_the_page_says_so_where_a_server_is_away(db: None, scraper: dict[str, str], settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = numbers(Client().get("/metrics", headers=scraper).content.decode())
    assert found['opsteam_up{server="redis"}'] == 0
    assert found['opsteam_up{server="postgresql"}'] == 1


def test_readiness_tells_of_workers_and_beats_and_does_not_depend_on_them(db: None) -> None:
    answer = Client().get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json() | {"redis": "ok"} == {
        "status": "ready",
        "database": "ok",
        "redis": "ok",
        "worker": "silent",
        "beat": "silent",
    }
    heartbeat._noted_at.clear()
    heartbeat.note("kpis.judge", begun_at=time.time(), has_succeeded=False, is_tick=False)
    assert Client().get("/health/ready/").json()["worker"] == "ok"
    assert Client().get("/health/ready/").json()["beat"] == "silent"
    heartbeat.note("kpis.judge", begun_at=time.time(), has_succeeded=True, is_tick=True)
    assert Client().get("/health/ready/").json()["beat"] == "ok"
    run = JobRun.objects.get(job="kpis.judge")
    assert run.failed_at is not None
    assert run.succeeded_at is not None


def test_the_age_of_the_queue_is_that_of_its_oldest_message() -> None:
    assert metrics._sent_at(b'{"headers": {"sent_at": 12.5}}') == 12.5
    assert abs(metrics._sent_at(b"no message of ours") - time.time()) < 5
