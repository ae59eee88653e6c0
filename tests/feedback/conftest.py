"""What the feedback tests share."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event
from feedback import services
from feedback.models import FeedbackItem, Survey, Theme
from kpis.models import Measurement
from people.models import Membership, Organization
from tests.conftest import Cast

FactTuple = tuple[str, str, datetime, float, int | None, int | None, str]


NOW = timezone.now().replace(microsecond=0)


def ago(**span: float) -> datetime:
    """A time that lies `span` back from the start of the run, on a whole second."""
    return NOW - timedelta(**span)


def complaint(by: Membership, subject: str = "Late delivery", **fields: Any) -> FeedbackItem:
    """An open complaint taken in by this member."""
    return services.create_item(by=by, subject=subject, **fields)


def stored_facts(organization: Organization, metric: str = "") -> list[FactTuple]:
    """Every stored fact of the organization (or of one metric), in a fixed order."""
    rows = Measurement.objects.filter(metric__organization=organization, metric__key__startswith=metric)
    return sorted(
        rows.values_list("metric__key", "source_key", "occurred_at", "value", "team_id", "member_id", "label")
    )


def values_of(organization: Organization, metric: str) -> list[float]:
    """The values of one metric's facts, oldest first."""
    rows = Measurement.objects.filter(metric__organization=organization, metric__key=metric)
    return [float(value) for value in rows.order_by("occurred_at").values_list("value", flat=True)]


def verbs(subject: FeedbackItem) -> list[str]:
    """The verbs of the item's events, oldest first."""
    events = Event.objects.filter(subject_type="feedback.feedbackitem", subject_id=subject.pk)
    return list(events.order_by("id").values_list("verb", flat=True))


@pytest.fixture
def delivery(cast: Cast) -> Theme:
    """A theme of acme."""
    return Theme.objects.create(
        organization=cast.organization, key="delivery", name_en="Delivery", name_zh="配送"
    )


@pytest.fixture
def foreign_theme(cast: Cast) -> Theme:
    """A theme of the other organization."""
    return Theme.objects.create(organization=cast.other, key="parking", name_en="Parking")


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """A satisfaction survey of acme."""
    return Survey.objects.create(organization=cast.organization, key="after-contact", name_en="After contact")
