"""The demo is as large as promised and speaks both languages."""

import re

import pytest

from activity.models import Event
from feedback.choices import SurveyKind
from feedback.models import FeedbackItem, Invitation, Reply, Response, Theme
from goals.models import CheckIn, Goal, KeyResult
from kpis.library import SHIPPED_KPIS
from kpis.models import DirtyRange, Kpi, Measurement
from people.choices import Role
from people.models import Membership, Organization, Team
from tasks.models import Project, Task, Transition
from tests.seed.filling import seed
from tests.seed.year.conftest import Demo

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def own(model, demo: Demo):
    return model.objects.filter(organization=demo.organization)


@pytest.mark.parametrize(
    ("model", "least", "most"),
    [
        (Membership, 40, 40),
        (Team, 4, 4),
        (Goal, 14, 14),
        (Theme, 8, 8),
        (Kpi, len(SHIPPED_KPIS), len(SHIPPED_KPIS)),
        (Task, 1_350, 1_700),
        (FeedbackItem, 2_750, 3_350),
        (Response, 3_400, 4_200),
        (Invitation, 2_700, 3_300),
    ],
)
def test_there_is_a_year_of_a_company_of_forty(demo, model, least, most):
    assert least <= own(model, demo).count() <= most


def test_the_roles_are_those_of_a_company(demo):
    roles = list(own(Membership, demo).values_list("role", flat=True))
    assert {role: roles.count(role) for role in set(roles)} == {
        Role.ADMIN: 1,
        Role.MANAGER: 4,
        Role.VIEWER: 1,
        Role.MEMBER: 34,
    }


@pytest.mark.parametrize("model", [Organization, Team, Theme, Project, Kpi, Goal, KeyResult])
def test_every_name_is_in_both_languages(demo, model):
    rows = model.objects.all()
    if model is Organization:
        rows = rows.filter(pk=demo.organization.pk)
    elif model is KeyResult:
        rows = rows.filter(goal__organization=demo.organization)
    else:
        rows = own(model, demo)
    assert rows.exists()
    for name_en, name_zh in rows.values_list("name_en", "name_zh"):
        assert not CHINESE.search(name_en)
        assert CHINESE.search(name_zh)


@pytest.mark.parametrize(
    ("model", "field"), [(FeedbackItem, "body"), (Task, "title"), (Membership, "user__name")]
)
def test_a_fair_part_of_what_people_write_is_in_each_language(demo, model, field):
    texts = list(own(model, demo).values_list(field, flat=True))
    chinese = sum(bool(CHINESE.search(text)) for text in texts)
    assert 0.25 < chinese / len(texts) < 0.75


def test_a_text_is_never_half_filled_in(demo):
    items = own(FeedbackItem, demo)
    texts = [text for row in items.values_list("subject", "body") for text in row]
    texts += Reply.objects.filter(item__in=items).values_list("body", flat=True)
    assert not [text for text in texts if "{" in text or "}" in text or not text.strip()]
    assert len(set(items.values_list("body", flat=True))) > 0.6 * items.count()


def test_nothing_lies_in_the_future_and_all_history_is_in_order(demo):
    assert not own(FeedbackItem, demo).filter(opened_at__gt=demo.year.now).exists()
    assert not Transition.objects.filter(task__organization=demo.organization, at__gt=demo.year.now).exists()
    assert not CheckIn.objects.filter(goal__organization=demo.organization, at__gt=demo.year.now).exists()


def test_the_facts_are_those_of_the_rows_and_all_days_are_computed(demo):
    facts = Measurement.objects.filter(metric__organization=demo.organization)
    assert facts.filter(metric__key="feedback.opened").count() == own(FeedbackItem, demo).count()
    assert facts.filter(metric__key="tasks.opened").count() == own(Task, demo).count()
    for kind in SurveyKind.values:
        answers = own(Response, demo).filter(survey__kind=kind).count()
        assert facts.filter(metric__key=f"surveys.{kind}_score").count() == answers > 400
    assert facts.filter(metric__key="surveys.invited").count() == own(Invitation, demo).count()
    assert facts.filter(metric__key="orders.completed").count() == len(demo.year.days)
    assert not DirtyRange.objects.exists()
    assert own(Event, demo).filter(verb="goal.created").count() == 14


def test_a_second_run_says_so_and_changes_nothing(demo):
    def sizes() -> list[int]:
        return [own(model, demo).count() for model in (Task, FeedbackItem, Response, Goal, Membership, Event)]

    before, credentials = sizes(), demo.credentials.read_bytes()
    assert "there already" in seed("--credentials", str(demo.credentials))
    assert sizes() == before
    assert demo.credentials.read_bytes() == credentials
    assert Organization.objects.filter(is_demo=True).count() == 1
