"""One organization with a row of everything, so that every address of the house leads somewhere."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from activity.models import Event
from common.secrets import encrypt
from common.tenancy import acting_for
from feedback import services as feedback
from feedback.models import Invitation, Survey
from goals import services as goals
from goals.choices import Confidence, Source
from goals.services import KeyResultInput
from imports import services as imports
from imports.choices import Kind, PartKind
from imports.choices import State as FileState
from imports.models import FileImport, ImportPart
from kpis import services as kpis
from kpis.choices import Aggregate, Direction, SignalKind, SignalTrend, Unit
from kpis.models import Signal
from notifications.choices import Channel, Rule, State
from notifications.models import ChatChannel, Delivery, InboxItem, WebhookDelivery
from notifications.services import webhooks
from people import services as people
from people.choices import Role, Scope
from tasks import services as tasks
from tasks.models import SpecialDay, Task
from tests.conftest import Cast, create_cast

MARK = "Only-in-Acme"
"""Part of the name of every row: an answer to somebody else must never hold it."""


OWNER = "owner"


@dataclass(frozen=True)
class World:
    """The cast and what stands for `<…>` in an address and for `$…` in a body."""

    cast: Cast
    values: dict[str, Any]

    def path(self, address: str, **changed: Any) -> str:
        """The address with a real row for each of its parts."""
        for name, value in {**self.values, **changed}.items():
            for converter in ("int", "str"):
                address = address.replace(f"<{converter}:{name}>", str(value))
        assert "<" not in address, f"tests/architecture/world.py knows no row for {address}"
        return address

    def fill(self, body: Any) -> Any:
        """The body with a real row for each `$name`."""
        if isinstance(body, dict):
            return {self.fill(key): self.fill(value) for key, value in body.items()}
        if isinstance(body, list):
            return [self.fill(value) for value in body]
        if isinstance(body, str) and body.startswith("$"):
            return self.values[body[1:]]
        return body


def create_world() -> World:
    """Everything in Acme, named with `MARK`; the rival organization has its library only."""
    cast = create_cast()
    cast.support.name_en = cast.support.name_zh = f"Support {MARK}"
    cast.support.save()
    cast.cleo.user.name = f"Cleo {MARK}"
    cast.cleo.user.save()
    for organization in (cast.organization, cast.other):
        kpis.install_library(organization.pk)
    token, _secret = people.create_token(by=cast.ana, name=f"Token {MARK}", scopes=[Scope.KPIS_READ])
    with acting_for(cast.organization.pk):
        role = people.create_role(by=cast.adam, permissions=["tasks.complete"], name_en=f"Role {MARK}")
        joining = people.invite(by=cast.adam, email=f"{MARK}@example.test", role=Role.MEMBER)
    people_values = {
        "organization_id": cast.organization.pk,
        "role_id": role.pk,
        "joining_id": joining.pk,
        "session_id": 1,
        "step_id": 1,
        "token_id": token.pk,
        "token": "no-token",
        "team_id": cast.support.pk,
        "ana_id": cast.ana.pk,
        "ben_id": cast.ben.pk,
        "member_id": cast.cleo.pk,
        "membership_id": cast.ben.pk,
    }
    kpi_values = _kpi(cast)
    goal_values = _goals(cast, kpi_values["kpi_id"])
    task_values = _task(cast, goal_values["goal_id"])
    return World(
        cast,
        {
            **people_values,
            **kpi_values,
            **goal_values,
            **task_values,
            **_feedback(cast),
            **_webhook(cast),
            **_import(cast),
            **_messages(cast, task_values["task_id"]),
        },
    )


def _kpi(cast: Cast) -> dict[str, Any]:
    """A metric and a KPI whose keys the rival does not have, with one measurement."""
    key = MARK.lower()
    kpis.create_metric(cast.ana, key=key, unit=Unit.COUNT, name_en=f"Metric {MARK}")
    kpi = kpis.create_kpi(
        cast.ana,
        key=key,
        name_en=f"KPI {MARK}",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=kpis.Definition(aggregate=Aggregate.SUM, metric=key, label=MARK),
    )
    row = kpis.MeasurementRow(f"{MARK}:1", datetime(2026, 1, 1, tzinfo=UTC), Decimal(7), label=MARK)
    kpis.ingest_measurements(cast.ana, key, [row])
    target, _is_new = kpis.set_target(cast.ana, key, date(2026, 1, 1), Decimal(9), Decimal(8))
    note = kpis.add_note(cast.ben, key, day=date(2026, 1, 1), text=f"Note {MARK}")
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 1, 1),
        last_on=date(2026, 1, 2),
        value=Decimal(7),
        comment=MARK,
    )
    return {
        "number": 1,
        "key": key,
        "kpi_id": kpi.pk,
        "signal_id": signal.pk,
        "target_id": target.pk,
        "note_id": note.pk,
    }


def _goals(cast: Cast, kpi_id: int) -> dict[str, Any]:
    """An active goal measured by the KPI, and a closed one."""
    period = {"starts_on": date(2026, 1, 1), "ends_on": date(2030, 12, 31)}
    key_result = KeyResultInput(
        name_en=f"Key result {MARK}",
        source=Source.KPI,
        kpi_id=kpi_id,
        start_value=Decimal(9),
        target_value=Decimal(99),
    )
    goal = goals.create_goal(by=cast.ana, name_en=f"Goal {MARK}", key_results=[key_result], **period)
    closed = goals.create_goal(by=cast.ana, name_en=f"Closed {MARK}", **period)
    goals.close_goal(by=cast.ana, goal_id=closed.pk)
    check_in = goals.check_in(by=cast.ana, goal_id=goal.pk, confidence=Confidence.HIGH, note=f"Note {MARK}")
    goal.refresh_from_db()
    return {
        "goal_id": goal.pk,
        "closed_goal_id": closed.pk,
        "goal_version": goal.version,
        "check_in_id": check_in.pk,
    }


def _task(cast: Cast, goal_id: int) -> dict[str, Any]:
    """A task of ben's on ana's team."""
    task = tasks.create_task(
        by=cast.ana, title=f"Task {MARK}", team_id=cast.support.pk, assignee_id=cast.ben.pk, goal_id=goal_id
    )
    project = tasks.create_project(by=cast.ana, key="ACME", name_en=f"Project {MARK}")
    (step,) = tasks.add_steps(by=cast.ana, task_id=task.pk, texts=[f"Step {MARK}"])
    entry = tasks.log_time(by=cast.ben, task_id=task.pk, on=date(2026, 1, 1), minutes=5, note=MARK)
    task.refresh_from_db()
    return {
        "task_id": task.pk,
        "task_version": task.version,
        "chosen_task": f"{task.pk}:{task.version}",
        "project_id": project.pk,
        "task_step_id": step.pk,
        "entry_id": entry.pk,
    }


def _feedback(cast: Cast) -> dict[str, Any]:
    """An answered item, and a survey answer with its invitation."""
    item = feedback.create_item(
        by=cast.ana, subject=f"Item {MARK}", customer_name=f"Customer {MARK}", theme_name=f"Theme {MARK}"
    )
    reply = feedback.reply(by=cast.ana, item_id=item.pk, body=f"Reply {MARK}")
    item.refresh_from_db()
    survey = Survey.objects.create(organization=cast.organization, key="csat", name_en=f"Survey {MARK}")
    response = feedback.record_response(survey=survey, score=5, comment=f"Comment {MARK}")
    invitation = Invitation.objects.create(organization=cast.organization, survey=survey, response=response)
    return {
        "item_id": item.pk,
        "item_version": item.version,
        "reply_id": reply.pk,
        "customer_id": item.customer_id,
        "theme_id": item.theme_id,
        "survey_id": survey.pk,
        "response_id": response.pk,
        "invitation_id": invitation.pk,
    }


def _messages(cast: Cast, task_id: int) -> dict[str, Any]:
    """A message of ben's that is in his inbox, a reminder to him that was given up, a chat room, a special day."""
    fields = {"organization": cast.organization, "subject_type": "tasks.task", "subject_id": task_id}
    Task.objects.filter(pk=task_id).update(due_on=date(2026, 1, 1))
    known = {"recipient": cast.ben, "message_id": "<x@test>", **fields}
    told = Delivery.objects.create(
        rule=Rule.TASK_ASSIGNED, channel=Channel.INBOX, period="x", state="sent", **known
    )
    dead = Delivery.objects.create(
        rule=Rule.TASK_OVERDUE, period="2026-01-01", state=State.DEAD, last_error=MARK, **known
    )
    item = InboxItem.objects.create(
        organization=cast.organization,
        membership=cast.ben,
        delivery=told,
        rule=told.rule,
        title=f"Task {MARK}",
        path=f"/tasks/{task_id}/",
    )
    room = ChatChannel.objects.create(
        organization=cast.organization,
        kind="wecom",
        name=f"Room {MARK}",
        parts=encrypt('{"key": "0123abcd"}'),
    )
    day = SpecialDay.objects.create(organization=cast.organization, on=date(2026, 12, 24), name=MARK)
    return {"inbox_item_id": item.pk, "dead_delivery_id": dead.pk, "room_id": room.pk, "day_id": day.pk}


def _webhook(cast: Cast) -> dict[str, Any]:
    """A webhook of adam's, and a message that waits."""
    endpoint, _secret = webhooks.create_endpoint(
        by=cast.adam, url=f"https://hooks.example.org/{MARK}", event_types=["*"], description=f"Hook {MARK}"
    )
    event = Event.objects.filter(organization=cast.organization).order_by("id")[0]
    delivery = WebhookDelivery.objects.create(
        organization=cast.organization, endpoint=endpoint, event=event, verb=f"{event.verb} {MARK}"
    )
    return {"endpoint_id": endpoint.pk, "webhook_delivery_id": delivery.pk}


def _import(cast: Cast) -> dict[str, Any]:
    """A file of tasks that was checked, with a row that cannot be used."""
    taken = imports.take_file(cast.ben, kind=Kind.TASKS, name=f"{MARK}.csv", chunks=[b"title\nOne\n"])
    FileImport.objects.filter(pk=taken.pk).update(state=FileState.CHECKED)
    report = gzip.compress(f"line,column,reason,title\n2,title,{MARK},One\n".encode())
    ImportPart.objects.create(file=taken, kind=PartKind.REPORT, position=0, content=report)
    return {"import_id": taken.pk}


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, made once for all tests of a file, around whose own transactions lies this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = create_world()
        # Otherwise each `taken_back` would look at all these links anew.
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    """The world; what a test does to it is taken back. Import `kept_world` as well."""
    return deepcopy(kept_world)


@contextmanager
def taken_back(role: str = OWNER) -> Iterator[None]:
    """Whatever happens inside, with the rights of this role of the database, did not happen; but it would have held."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if role != OWNER:
                cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def may_act_as(*roles: str) -> None:
    """The owner of the tables may take these roles in the present transaction."""
    with connection.cursor() as cursor:
        for role in roles:
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
