"""A person gets everything that is stored about them, and can be taken out of it; no number changes."""

import ast
import json
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible
from feedback import services as feedback
from feedback.models import Customer, FeedbackItem, Survey
from kpis import services as kpis
from kpis.selectors import wrong_cells
from opsteam.operating import personal
from opsteam.operating.personal.erasure import NOBODY
from opsteam.operating.personal.fields import FATES, ROWS_THAT_GO, SECRETS, Fate
from opsteam.operating.personal.links import free_texts, is_linked, name_of
from people import services as people
from people.choices import Scope
from people.models import ApiToken, Membership, User
from tasks import services as tasks
from tasks.choices import Status
from tests.architecture.source import APPS, files, tree
from tests.conftest import Cast, sign_in

LIBRARIES = {"auth", "contenttypes", "sessions"}


def everything_of(person: personal.Person) -> Any:
    """The file, read."""
    return json.loads("".join(person.parts()))


def work_of_ben(cast: Cast) -> Customer:
    """Ben did things, and answered a customer; all of it is counted."""
    kpis.install_library(cast.organization.pk)
    task = tasks.create_task(by=cast.ana, title="Call back", team_id=cast.support.pk, assignee_id=cast.ben.pk)
    tasks.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, version=task.version)
    item = feedback.create_item(
        by=cast.ben, subject="My parcel", body="I am Li Lei, call 555", customer_name="Li Lei"
    )
    feedback.reply(by=cast.ben, item_id=item.pk, body="Dear Li Lei")
    survey = Survey.objects.create(organization=cast.organization, key="csat", name_en="CSAT")
    feedback.record_response(survey=survey, score=4, comment="Thanks, says Li Lei", item_id=item.pk)
    people.create_token(by=cast.ben, name="Ben's laptop", scopes=[Scope.KPIS_READ])
    kpis.recompute_all_dirty()
    customer = Customer.objects.get()
    Customer.objects.filter(pk=customer.pk).update(email="li.lei@example.test", external_id="C-77")
    return Customer.objects.get()


def cells() -> list[tuple[Any, ...]]:
    """Every cell with its numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT metric_id, day, team_id, member_id, label, n, total, squares FROM kpis_daycell"
            " ORDER BY 1, 2, 3, 4, 5"
        )
        return list(cursor.fetchall())


def texts_in_the_database(word: str) -> list[str]:
    """Every table that holds the word anywhere, whatever the models know."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT EXISTS (SELECT FROM {quoted} AS t WHERE t::text ILIKE %s)", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_a_member_gets_what_is_stored_about_them_and_no_secret(cast: Cast) -> None:
    work_of_ben(cast)
    found = everything_of(personal.export_member(cast.ben, cast.ben.pk))
    assert found["account"]["email"] == "ben@example.test"
    assert "password" not in found["account"]
    assert [row["title"] for row in found["tasks.Task.assignee"]] == ["Call back"]
    assert [row["name"] for row in found["people.ApiToken.membership"]] == ["Ben's laptop"]
    assert "secret_hash" not in found["people.ApiToken.membership"][0]
    assert {row["verb"] for row in found["activity.Event.actor"]} >= {
        "task.status_changed",
        "feedback.replied",
    }
    assert not Event.objects.filter(verb="member.exported").exists()


def test_a_customer_gets_what_they_said_and_were_told(cast: Cast) -> None:
    customer = work_of_ben(cast)
    found = everything_of(personal.export_customer(cast.adam, customer.pk))
    assert found["person"]["email"] == "li.lei@example.test"
    assert found["feedback.FeedbackItem.customer"][0]["body"] == "I am Li Lei, call 555"
    assert found["feedback.Reply.item__customer"][0]["body"] == "Dear Li Lei"
    assert Event.objects.filter(verb="customer.exported", actor=cast.adam).count() == 1


def test_an_erased_member_is_nowhere_and_no_number_changes(cast: Cast) -> None:
    work_of_ben(cast)
    before, events = cells(), Event.objects.filter(actor=cast.ben).count()
    assert before
    personal.erase_member(cast.adam, cast.ben.pk, organization_id=cast.organization.pk)
    assert texts_in_the_database("ben@example") == []
    assert not ApiToken.objects.filter(membership=cast.ben).exists()
    kpis.recompute_all_dirty()
    assert cells() == before
    assert list(wrong_cells()) == []
    ben = Membership.objects.select_related("user").get(pk=cast.ben.pk)
    assert (ben.user.name, ben.is_active, ben.user.is_active, ben.user.has_usable_password()) == (
        NOBODY,
        False,
        False,
        False,
    )
    assert Event.objects.filter(actor=cast.ben).count() == events
    assert Event.objects.get(verb="member.erased").facts == {}


def test_an_account_stays_while_another_organization_needs_it(cast: Cast) -> None:
    elsewhere = people.add_member(
        organization=cast.other, email="ben@example.test", name="Ben", role=cast.ben.role
    )
    personal.erase_member(cast.adam, cast.ben.pk, organization_id=cast.organization.pk)
    elsewhere.refresh_from_db()
    assert elsewhere.user.email == "ben@example.test"
    assert elsewhere.is_active
    assert User.objects.filter(memberships=cast.ben.pk, name=NOBODY).count() == 1


def test_an_erased_customer_is_nowhere_and_no_number_changes(cast: Cast) -> None:
    customer = work_of_ben(cast)
    before = cells()
    personal.erase_customer(cast.adam, customer.pk, organization_id=cast.organization.pk)
    assert texts_in_the_database("Li Lei") == []
    assert texts_in_the_database("C-77") == []
    kpis.recompute_all_dirty()
    assert cells() == before
    assert list(wrong_cells()) == []
    assert FeedbackItem.objects.get().first_replied_at is not None


def test_only_those_who_manage_people_may_and_nobody_erases_themselves(cast: Cast) -> None:
    customer = work_of_ben(cast)
    for by, refusal in ((cast.ana, NotAllowed), (cast.dan, NotVisible)):
        with pytest.raises(refusal):
            personal.export_member(by, cast.ben.pk)
        with pytest.raises(refusal):
            personal.erase_member(by, cast.ben.pk, organization_id=cast.organization.pk)
        with pytest.raises(refusal):
            personal.erase_customer(by, customer.pk, organization_id=cast.organization.pk)
    with pytest.raises(InvalidInput):
        personal.erase_member(cast.adam, cast.adam.pk, organization_id=cast.organization.pk)
    assert User.objects.filter(email="ben@example.test").exists()
    assert Customer.objects.get().name == "Li Lei"


def test_the_pages_give_out_and_erase(cast: Cast) -> None:
    work_of_ben(cast)
    adam = sign_in(cast.adam)
    file = sign_in(cast.ben).get("/settings/my-data/export.json")
    assert json.loads(b"".join(file))["account"]["name"] == "Ben"
    assert "attachment" in file["Content-Disposition"]
    assert "Ben" in adam.get("/settings/personal-data/?q=ben@").content.decode()
    page = adam.get(f"/settings/personal-data/members/{cast.ben.pk}/erasure/").content.decode()
    assert "ben@example.test" in page
    assert adam.post(f"/settings/personal-data/members/{cast.ben.pk}/erasure/").status_code == 302
    assert texts_in_the_database("ben@example") == []


def test_the_commands_do_the_same(cast: Cast, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    work_of_ben(cast)
    file = tmp_path / "ben.json"
    call_command("export_person", "ben@example.test", "--organization", "acme", "--to", file)
    assert json.loads(file.read_text("utf-8"))["account"]["email"] == "ben@example.test"
    with pytest.raises(CommandError, match="Say --yes"):
        call_command("erase_person", "ben@example.test", "--organization", "acme")
    call_command("erase_person", "ben@example.test", "--organization", "acme", "--yes")
    call_command("erase_person", "li.lei@example.test", "--organization", "acme", "--customer", "--yes")
    assert texts_in_the_database("ben@example") + texts_in_the_database("Li Lei") == []


def test_every_text_of_a_row_linked_to_a_person_has_a_fate() -> None:
    linked = [
        model for model in apps.get_models() if is_linked(model) and model._meta.app_label not in LIBRARIES
    ]
    names = {name_of(model, field.name) for model in linked for field in free_texts(model)}
    assert len(names) > 40
    assert names - set(FATES) - SECRETS == set()
    labels = {model._meta.label for model in apps.get_models()}
    registered = {each.rpartition(".")[0] for each in (*FATES, *ROWS_THAT_GO)}
    assert registered - labels == set()


def test_no_event_names_anybody() -> None:
    """Audit keeps the deed for good, so a name in its facts could never be taken out."""
    names = {"name", "email", "address", "phone", "ip", "customer_name", "user_name"}
    found = [
        f"{path.name}:{node.lineno} {keyword.arg}"
        for path in files(*APPS)
        if "record(" in path.read_text("utf-8")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record"
        for keyword in node.keywords
        if keyword.arg in names
    ]
    # The name of a chat room that belongs to the organization.
    assert [each for each in found if not each.startswith("rooms.py")] == []
    assert Fate.KEPT in FATES.values()
