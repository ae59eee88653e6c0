"""Reminder rules, working days, chat channels and the delivery log: the pages' services through the API."""

import pytest

from notifications.choices import State
from notifications.models import ChatChannel, Delivery, ReminderRule
from people.choices import Scope
from tests.api.conftest import ApiClient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-secret"


def test_a_reminder_rule_is_changed_by_its_kind_and_the_others_stay(cast: Cast) -> None:
    api = ApiClient(cast.ana, Scope.REMINDERS_READ, Scope.REMINDERS_WRITE)
    before = api.send("GET", "/api/v1/reminder-rules/").json()
    changed = api.send("PATCH", "/api/v1/reminder-rules/tasks.due/", {"lead": 3, "is_enabled": False})
    assert (changed.json()["lead"], changed.json()["is_enabled"]) == (3, False)
    after = api.send("GET", "/api/v1/reminder-rules/").json()
    assert [rule for rule in after if rule not in before] == [changed.json()]
    assert ReminderRule.objects.get(organization=cast.organization, kind="tasks.due").lead == 3
    for body in ({"lead": 61}, {"at_hour": 24}, {"nonsense": 1}):
        assert api.send("PATCH", "/api/v1/reminder-rules/tasks.due/", body).status_code == 400
    assert api.send("PATCH", "/api/v1/reminder-rules/tasks.assigned/", {"lead": 1}).status_code == 404


def test_the_calendar_its_special_days_and_what_they_mean_for_each_day(cast: Cast) -> None:
    api = ApiClient(cast.ana, Scope.REMINDERS_READ, Scope.REMINDERS_WRITE)
    changed = api.send("PATCH", "/api/v1/work-calendar/", {"country": "DE", "rest_days": [7]})
    assert changed.json() == {"country": "DE", "subdivision": "", "rest_days": [7]}
    refused = api.send("PATCH", "/api/v1/work-calendar/", {"rest_days": [1, 2, 3, 4, 5, 6, 7]})
    assert refused.json()["errors"][0]["pointer"] == "/rest_days"
    day = api.send("POST", "/api/v1/work-calendar/special-days/", {"on": "2026-12-24", "name": "Ours"}).json()
    days = api.send("GET", "/api/v1/work-calendar/working-days/?from=2026-12-24&days=3").json()
    assert [each["is_working"] for each in days] == [False, False, False]
    assert api.send("DELETE", f"/api/v1/work-calendar/special-days/{day['id']}/").status_code == 204
    days = api.send("GET", "/api/v1/work-calendar/working-days/?from=2026-12-24&days=4").json()
    assert [each["is_working"] for each in days] == [True, False, False, False]


def test_working_days_end_where_the_calendar_does(cast: Cast) -> None:
    api = ApiClient(cast.ana, Scope.REMINDERS_READ)
    days = api.send("GET", "/api/v1/work-calendar/working-days/?from=9999-12-30&days=60").json()
    assert [day["on"] for day in days] == ["9999-12-30", "9999-12-31"]


def test_a_chat_channel_is_set_up_tested_changed_and_removed_and_its_secret_is_never_told(cast: Cast) -> None:
    api = ApiClient(cast.adam, Scope.CHANNELS_MANAGE)
    made = api.send("POST", "/api/v1/chat-channels/", {"kind": "wecom", "name": "Duty", "address": ADDRESS})
    assert made.status_code == 201, made.content
    place = made["Location"]
    sent = api.send("POST", f"{place}tests/")
    assert (sent.status_code, sent.json()["chat_channel"]["name"]) == (202, "Duty")
    changed = api.send("PATCH", place, {"rules": ["tasks.due"], "is_enabled": False})
    assert (changed.json()["rules"], changed.json()["is_enabled"]) == (["tasks.due"], False)
    answers = [made, sent, changed, api.send("GET", place), api.send("GET", "/api/v1/chat-channels/")]
    assert not any(b"0123abcd" in answer.content for answer in answers)
    wrong = api.send("POST", "/api/v1/chat-channels/", {"kind": "slack", "address": ADDRESS})
    assert wrong.json()["errors"][0]["pointer"] == "/address"
    assert api.send("DELETE", place).status_code == 204
    assert not ChatChannel.objects.exists()


def test_a_member_handles_their_own_chat_channel_and_no_other(cast: Cast) -> None:
    ben = ApiClient(cast.ben, Scope.CHANNELS_MANAGE)
    body = {"kind": "wecom", "address": ADDRESS, "is_own": True}
    place = ben.send("POST", "/api/v1/chat-channels/", body)["Location"]
    assert ApiClient(cast.adam, Scope.CHANNELS_MANAGE).send("GET", place).status_code == 404
    assert [row["owner_id"] for row in ben.send("GET", "/api/v1/chat-channels/").json()["results"]] == [
        cast.ben.pk
    ]
    assert ben.send("POST", "/api/v1/chat-channels/", body | {"is_own": False}).status_code == 403


def test_the_delivery_log_is_filtered_and_what_was_given_up_is_sent_again_once(cast: Cast) -> None:
    api = ApiClient(cast.adam, Scope.CHANNELS_MANAGE)
    made = api.send("POST", "/api/v1/chat-channels/", {"kind": "wecom", "address": ADDRESS})
    api.send("POST", f"{made['Location']}tests/")
    assert api.send("GET", "/api/v1/deliveries/?state=dead").json()["results"] == []
    Delivery.objects.update(state=State.DEAD)
    (dead,) = api.send("GET", "/api/v1/deliveries/?state=dead&channel=chat").json()["results"]
    again = api.send("POST", f"/api/v1/deliveries/{dead['id']}/repetition/")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    assert api.send("POST", f"/api/v1/deliveries/{dead['id']}/repetition/").status_code == 409
    assert api.send("GET", "/api/v1/deliveries/?state=nonsense").status_code == 400
