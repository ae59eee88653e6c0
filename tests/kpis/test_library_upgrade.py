"""An organization of an older version gets the new KPIs with the facts of all its rows."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from feedback import services as feedback
from kpis.library import SHIPPED_KPIS
from kpis.models import Kpi, KpiDefinition, Measurement, Metric
from kpis.selectors import cards
from kpis.services import install_library
from tests.conftest import Cast


def upgrade(command: str = "install_library") -> str:
    said = io.StringIO()
    call_command(command, stdout=said, stderr=io.StringIO())
    return said.getvalue()


@pytest.fixture
def older(cast: Cast) -> Cast:
    """The cast as an older version left it: twelve KPIs, and an item without the facts that are new."""
    install_library(cast.organization.pk)
    opened_at = timezone.now() - timedelta(days=12)
    item = feedback.create_item(by=cast.ben, subject="Late", opened_at=opened_at)
    feedback.reply(by=cast.ben, item_id=item.pk, body="Hello", at=opened_at + timedelta(hours=2))
    KpiDefinition.objects.exclude(formula="").delete()
    Kpi.objects.filter(position__gt=120).delete()
    for key in ("feedback.reply_in_time", "feedback.backlog_opened"):
        Measurement.objects.filter(metric__key=key).delete()
    Metric.objects.filter(key="feedback.backlog_opened").delete()
    return cast


def test_an_upgrade_brings_kpis_and_facts(older: Cast) -> None:
    added = len(SHIPPED_KPIS) - 12
    assert f"acme: {added} KPIs added." in upgrade()
    values = {card.key: card.value for card in cards(older.ana)}
    assert values["sla-attainment"] == 100
    assert values["feedback-backlog-age"] > 11 * 86_400


def test_the_whole_upgrade_ends_with_the_library(older: Cast) -> None:
    said = upgrade("upgrade")
    assert said.index("No migrations to apply.") < said.index("KPIs added.")


def test_an_upgrade_without_news_says_and_changes_nothing(older: Cast) -> None:
    upgrade()
    recorded = list(Measurement.objects.order_by("pk").values_list("recorded_at", flat=True))
    assert upgrade() == ""
    assert list(Measurement.objects.order_by("pk").values_list("recorded_at", flat=True)) == recorded


def test_organizations_that_lack_the_library_get_it_whole(cast: Cast) -> None:
    upgrade()
    assert Kpi.objects.filter(organization=cast.other).count() == len(SHIPPED_KPIS)
