"""A browser asks about one field while the rest is still being typed: it hears about that, and nothing is stored."""

from pathlib import Path

import pytest
from django.conf import settings
from django.forms import Form
from django.test import Client

from common.forms import RefusableForm
from feedback.forms import ItemForm, ReplyForm
from feedback.services import create_item
from goals.forms import GoalForm, KeyResultForm
from goals.models import Goal
from kpis.choices import Unit
from kpis.forms.definitions import KpiForm
from kpis.forms.metrics import MetricForm
from kpis.forms.notes import NoteForm
from kpis.forms.targets import TargetForm
from kpis.models import Kpi
from kpis.services import create_metric
from notifications.forms import PreferencesForm, SnoozeForm
from people.forms.account import ProfileForm
from people.forms.members import CustomRoleForm, InvitationForm, MemberForm, TeamForm
from people.models import Team
from tasks.forms import TaskForm
from tasks.models import Task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
# A form that does not know the question would take it for an answer, and store it.
FORMS: dict[str, type[Form]] = {
    "feedback/conversation.html": ReplyForm,
    "feedback/form.html": ItemForm,
    "goals/form.html": GoalForm,
    "kpis/definition.html": KpiForm,
    "kpis/marks.html": NoteForm,
    "kpis/metric_form.html": MetricForm,
    "kpis/targets.html": TargetForm,
    "notifications/preferences.html": PreferencesForm,
    "notifications/snooze.html": SnoozeForm,
    "people/invitations.html": InvitationForm,
    "people/member.html": MemberForm,
    "people/profile.html": ProfileForm,
    "people/role.html": CustomRoleForm,
    "people/team.html": TeamForm,
    "people/team_form.html": TeamForm,
    "tasks/form.html": TaskForm,
}
GOAL = {
    "key_results-TOTAL_FORMS": "1",
    "key_results-INITIAL_FORMS": "0",
    "key_results-0-start_value": "many",
}


@pytest.fixture
def ana(cast: Cast) -> Client:
    """A manager's browser."""
    return sign_in(cast.ana)


def test_only_forms_that_know_the_question_are_asked() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    asking = {
        str(path.relative_to(templates)): path.read_text("utf-8").count("data-check")
        for path in templates.rglob("*.html")
        if "data-check" in path.read_text("utf-8")
    }
    assert asking == dict.fromkeys(FORMS, 1)
    assert [form for form in (*FORMS.values(), KeyResultForm) if not issubclass(form, RefusableForm)] == []


def test_a_wrong_field_comes_back_with_its_mistake_tied_to_it(ana: Client) -> None:
    answer = ana.post("/tasks/new/", {"_check": "due_on", "due_on": "soon", "title": ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="field"') == 1
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_due_on_error"' in page
    assert 'id="id_due_on_error"><p class="field-error">' in page
    assert "Title" not in page


def test_a_right_field_comes_back_without_one_though_others_are_missing(ana: Client) -> None:
    page = ana.post("/tasks/new/", {"_check": "title", "title": "Call"}).content.decode()
    assert "data-invalid" not in page
    assert 'value="Call"' in page


def test_a_whole_form_that_only_asks_stores_nothing(cast: Cast, ana: Client) -> None:
    create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    ana.post("/tasks/new/", {"_check": "title", "title": "Call", "priority": "3"})
    ana.post("/tasks/new/", {"_check": "no-such-field", "title": "Call", "priority": "3"})
    kpi = {"name_en": "Mean", "key": "mean", "unit": "count", "direction": "up", "minimum_n": "1"}
    ana.post("/kpis/new/", {"_check": "key", **kpi, "aggregate": "mean", "metric": "calls"})
    sign_in(cast.adam).post("/settings/teams/new/", {"_check": "name_en", "name_en": "Night"})
    assert not Task.objects.exists()
    assert not Kpi.objects.exists()
    assert not Team.objects.filter(name_en="Night").exists()


def test_a_field_of_a_row_is_asked_about_by_its_full_name(cast: Cast, ana: Client) -> None:
    page = ana.post("/goals/new/", {"_check": "key_results-0-start_value", **GOAL}).content.decode()
    assert 'name="key_results-0-start_value"' in page
    assert 'class="field-error"' in page
    assert not Goal.objects.exists()


def test_a_reply_is_asked_about_where_it_is_sent(cast: Cast) -> None:
    item = create_item(by=cast.ana, subject="Late", kind="complaint", channel="email")
    page = sign_in(cast.ana).post(
        f"/feedback/{item.pk}/replies/", {"_check": "body", "body": " ", "version": 1}
    )
    assert 'id="id_body_error"><p class="field-error">' in page.content.decode()
    assert not item.replies.exists()
