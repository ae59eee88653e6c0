"""What has no version is guarded by the ETag of its content."""

from typing import Any

import pytest

from kpis.models import KpiNote, Metric
from notifications.models import ReminderRule
from tasks import services as tasks
from tasks.models import SpecialDay, Step, TimeEntry
from tests.api.conftest import ApiClient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-secret"


def place_of(cast: Cast, name: str) -> str:
    """The address of a resource of that kind, made for this."""
    if name == "chat-channels":
        body = {"kind": "wecom", "name": "Duty", "address": ADDRESS}
        return str(ApiClient(cast.adam).send("POST", "/api/v1/chat-channels/", body)["Location"])
    if name == "special-days":
        day = SpecialDay.objects.create(organization=cast.organization, on="2026-12-24")
        return f"/api/v1/work-calendar/special-days/{day.pk}/"
    if name == "notes":
        Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")
        api, kpi = ApiClient(cast.adam), {"key": "calls", "name_en": "Calls", "unit": "count"}
        assert (
            api.send(
                "POST", "/api/v1/kpis/", {**kpi, "metric": "calls", "aggregate": "sum", "direction": "up"}
            ).status_code
            == 201
        )
        note = {"day": "2026-05-01", "text": "A sale began"}
        return str(api.send("POST", "/api/v1/kpis/calls/notes/", note)["Location"])
    task = tasks.create_task(by=cast.adam, title="Count the stock")
    if name == "steps":
        (step,) = tasks.add_steps(by=cast.adam, task_id=task.pk, texts=["Ask"])
        return f"/api/v1/tasks/{task.pk}/steps/{step.pk}/"
    if name == "time":
        entry = tasks.log_time(by=cast.adam, task_id=task.pk, on=task.opened_at.date(), minutes=5)
        return f"/api/v1/tasks/{task.pk}/time/{entry.pk}/"
    return f"/api/v1/{name}/"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("chat-channels", {"name": "Night"}),
        ("reminder-rules/tasks.due", {"lead": 3}),
        ("work-calendar", {"rest_days": [7]}),
        ("notification-preferences", {"digest_hour": 5}),
        ("steps", {"done": True}),
    ],
)
def test_a_change_of_what_somebody_else_changed_is_refused(
    cast: Cast, name: str, change: dict[str, Any]
) -> None:
    api, place = ApiClient(cast.adam), place_of(cast, name)
    read = api.send("GET", place)
    assert api.send("GET", place, If_None_Match=read["ETag"]).status_code == 304
    changed = api.send("PATCH", place, change, If_Match=read["ETag"])
    assert (changed.status_code, changed["ETag"]) == (200, api.send("GET", place)["ETag"])
    assert changed["ETag"] != read["ETag"]
    late = api.send("PATCH", place, change, If_Match=read["ETag"])
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    for told in ({}, {"If_Match": "*"}, {"If_Match": changed["ETag"]}):
        assert api.send("PATCH", place, change, **told).status_code == 200


@pytest.mark.parametrize(
    ("name", "model"),
    [("special-days", SpecialDay), ("steps", Step), ("time", TimeEntry), ("notes", KpiNote)],
)
def test_what_is_another_by_now_is_not_removed(cast: Cast, name: str, model: Any) -> None:
    api, place = ApiClient(cast.adam), place_of(cast, name)
    etag = api.send("GET", place)["ETag"]
    assert api.send("DELETE", place, If_Match='"another"').status_code == 412
    assert model.objects.exists()
    assert api.send("GET", f"{place}?fields=id")["ETag"] == etag
    assert api.send("DELETE", place, If_Match=etag).status_code == 204
    assert not model.objects.exists()


def test_a_refused_change_of_a_rule_leaves_it_as_it_is(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    assert (
        api.send("PATCH", "/api/v1/reminder-rules/tasks.due/", {"lead": 9}, If_Match='"v1"').status_code
        == 412
    )
    assert not ReminderRule.objects.filter(lead=9).exists()
