"""What is old goes by its rule; what keeps a message single, and what happened, stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from activity.models import Event
from activity.services import record
from notifications.choices import Rule, State
from notifications.models import Delivery
from opsteam import jobs
from opsteam.operating import retention
from opsteam.schedule import EVERY_SECONDS
from tests.conftest import Cast

LONG_AGO = timedelta(days=3000)


def delivery(cast: Cast, days: int, state: State, period: str) -> Delivery:
    """A message of so many days ago."""
    at = timezone.now() - timedelta(days=days)
    made: Delivery = Delivery.objects.create(
        organization=cast.organization,
        rule=Rule.TASK_ASSIGNED,
        recipient=cast.ben,
        subject_type="tasks.task",
        subject_id=1,
        period=period,
        state=state,
        message_id=f"<{period}@x>",
    )
    Delivery.objects.filter(pk=made.pk).update(created_at=at, sent_at=at if state == State.SENT else None)
    return made


def test_messages_go_by_age_and_kind(cast: Cast) -> None:
    gone = [
        delivery(cast, 31, State.SENT, "event:1"),
        delivery(cast, 181, State.DEAD, "event:2"),
        delivery(cast, 731, State.SENT, "2024-01-01"),
    ]
    kept = [
        delivery(cast, 29, State.SENT, "event:3"),
        delivery(cast, 179, State.DEAD, "event:4"),
        # Without its row the reminder would be planned and sent a second time.
        delivery(cast, 400, State.SENT, "2025-01-01"),
        delivery(cast, 3000, State.PENDING, "event:5"),
        delivery(cast, 3000, State.UNCERTAIN, "event:6"),
    ]
    retention.forget_old()
    left = set(Delivery.objects.values_list("pk", flat=True))
    assert left == {each.pk for each in kept}
    assert not left & {each.pk for each in gone}


def test_sessions_that_have_ended_go(db: None) -> None:
    for name, days in (("old", -2), ("young", -0.5), ("open", 3)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
    retention.forget_old()
    assert set(Session.objects.values_list("session_key", flat=True)) == {"young", "open"}


def test_zero_days_keep_for_good(db: None, settings: Any) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - LONG_AGO)
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "sessions": 0}
    retention.forget_old()
    assert Session.objects.count() == 1


def test_forget_old_twice_deletes_once_and_never_an_event(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH_ROWS", 2)
    for number in range(5):
        delivery(cast, 40, State.SENT, f"event:{number}")
    record("team.created", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana)
    events = Event.objects.count()
    jobs.forget_old()
    jobs.forget_old()
    assert Delivery.objects.count() == 0
    assert Event.objects.count() == events


def test_every_rule_has_a_model_a_setting_and_a_line_in_the_manual() -> None:
    manual = (Path(settings.BASE_DIR) / "docs" / "operating.md").read_text("utf-8")
    for rule in retention.RULES:
        assert apps.get_model(rule.model)._meta.get_field(rule.moment)
        assert rule.days in settings.RETENTION_DAYS
        assert f"| `{rule.days}` | {settings.RETENTION_DAYS[rule.days]} |" in manual
    assert {rule.days for rule in retention.RULES} == set(settings.RETENTION_DAYS)
    assert all("Event" not in rule.model for rule in retention.RULES)
    assert "opsteam.forget_old" in EVERY_SECONDS
