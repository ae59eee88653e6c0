"""One piece of every kind of background work, and what must have come of it, however its messages fared."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone

from activity.models import Event
from imports import services as imports
from imports.choices import Kind
from imports.choices import State as FileState
from imports.models import FileImport
from kpis import services as kpis
from kpis.choices import Aggregate, Direction, Grain, SignalKind, Unit
from kpis.models import DirtyRange, Forecast, KpiState, Publication, Signal, Verification
from kpis.selectors import today
from notifications import services as notifications
from notifications.choices import UNFINISHED, Channel, Rule, State
from notifications.models import Delivery, WebhookDelivery
from notifications.services import webhooks
from people import services as people
from people.choices import Scope
from people.models import AccountMail, IdempotentRequest, Organization, SignInAttempt
from tasks import services as tasks
from tasks.models import OnTimeRebuild
from tests.conftest import Cast
from tests.harness.facts import load_facts, wrong_cells
from tests.harness.hooks import HookReceiver
from tests.harness.house import House
from tests.harness.local_chat import ROOM
from tests.notifications.conftest import due_goal
from tests.notifications.receiver import Receiver

FACTS = 2_000
HISTORY_DAYS = 60
NIGHT_ENDS = 3
MAILS = ["Due for review: Answer within an hour", "Your task: Call back"]
TOLD_AT_ONCE = (Rule.REVIEW_DUE, Rule.TASK_ASSIGNED)


def begin_everything(cast: Cast, receiver: HookReceiver) -> None:
    """A new time zone, a due review, an assigned task that others hear of, a lost password, facts, things to forget."""
    people.edit_organization(by=cast.adam, version=None, time_zone="America/New_York")
    due_goal(cast)
    webhooks.create_endpoint(by=cast.adam, url=receiver.url, event_types=["task.created"])
    notifications.add_room(
        by=cast.adam, kind="wecom", name="Ops", address=ROOM, rules=[Rule.TASK_ASSIGNED], language="en"
    )
    tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    people.ask_for_password_reset(email=cast.cleo.user.email, origin=people.Origin("192.0.2.0"))
    _import_a_file(cast)
    load_facts(cast.organization, FACTS)
    _leave_limits(cast)
    _leave_old_rows(cast)


def _import_a_file(cast: Cast) -> None:
    """A file whose rows are to be stored."""
    taken = imports.take_file(cast.ben, kind=Kind.TASKS, name="rows.csv", chunks=[b"title\nOne\nTwo\n"])
    FileImport.objects.filter(pk=taken.pk).update(state=FileState.CHECKED)
    imports.start_storing(cast.ben, taken.pk)


def _leave_limits(cast: Cast) -> None:
    """A KPI that was steady for weeks, and not yesterday."""
    kpis.create_metric(cast.ana, key="wait", unit=Unit.COUNT, name_en="Wait")
    kpis.create_kpi(
        cast.ana,
        key="wait",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        definition=kpis.Definition(aggregate=Aggregate.SUM, metric="wait"),
        name_en="Wait",
    )
    organization = Organization.objects.get(pk=cast.organization.pk)
    dice, last = Random(7), today(organization)
    rows = []
    for back in range(HISTORY_DAYS, 0, -1):
        midnight = datetime.combine(last - timedelta(days=back), datetime.min.time(), organization.zone)
        value = 180 if back == 1 else round(100 + dice.gauss(0, 3))
        rows.append(kpis.MeasurementRow(f"day-{back}", midnight + timedelta(hours=12), Decimal(value)))
    kpis.ingest_measurements(cast.ana, "wait", rows)


def _leave_old_rows(cast: Cast) -> None:
    """Of everything that is forgotten by its age, an old row and a young one."""
    now = timezone.now()
    for days in (500, 300):
        on = (now - timedelta(days=days)).date()
        Verification.objects.create(organization=cast.other, on=on, finished_at=now - timedelta(days=days))
    token, _secret = people.create_token(by=cast.ana, name="program", scopes=[Scope.TASKS_WRITE])
    for name, age in (("old", timedelta(days=60)), ("young", timedelta(0))):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(days=1) - age)
        answer = IdempotentRequest.objects.create(
            organization=cast.organization, token=token, key=name, fingerprint=name, status=201, answer={}
        )
        IdempotentRequest.objects.filter(pk=answer.pk).update(created_at=F("created_at") - age)
        people.admit(account=people.account_key("password", name), origin=people.Origin("192.0.2.1"))
        if age:
            SignInAttempt.objects.update(at=F("at") - age)


def is_settled() -> bool:
    """Nothing waits any more, and there was something to wait for."""
    waiting = (
        DirtyRange.objects.all(),
        OnTimeRebuild.objects.all(),
        FileImport.objects.filter(state=FileState.STORING),
        AccountMail.objects.filter(planned_at=None),
        # The notice of a signal waits for the digest of the next morning.
        Delivery.objects.filter(state__in=UNFINISHED).exclude(rule=Rule.SIGNAL_OPENED),
        WebhookDelivery.objects.filter(state__in=UNFINISHED),
    )
    if any(rows.exists() for rows in waiting):
        return False
    return WebhookDelivery.objects.exists() and Delivery.objects.count() >= len(MAILS) + 1


def effects(house: House, receiver: HookReceiver, chat: Receiver) -> dict[str, Any]:
    """What people and programs were told how often, what was worked out and forgotten, and whether it is right."""
    subjects = house.subjects()
    inbox = Delivery.objects.filter(channel=Channel.INBOX, state=State.SENT, rule__in=TOLD_AT_ONCE)
    opened = Event.objects.filter(verb="signal.opened").values_list("subject_id", flat=True)
    return {
        "mails": [subject for subject in subjects if subject in MAILS],
        "account mails": len(subjects) - sum(subject in MAILS for subject in subjects),
        "webhook messages": sorted(receiver.heard.values()),
        "chat posts": len(chat.posts),
        "inbox": Counter(inbox.values_list("rule", flat=True)),
        "most attempts": max(Delivery.objects.values_list("attempts", flat=True), default=0),
        "wrong cells": wrong_cells(),
        "zones to follow": OnTimeRebuild.objects.count(),
        "judged": KpiState.objects.count(),
        "spikes": Signal.objects.filter(kind=SignalKind.SPIKE).count(),
        "signals told": sorted(opened) == sorted(Signal.objects.values_list("pk", flat=True)),
        "forecasts of days": Forecast.objects.filter(grain=Grain.DAY).count(),
        "published": Publication.objects.count(),
        "not verified": _not_verified(),
        "old proofs": Verification.objects.filter(on__lt=timezone.now() - timedelta(days=30)).count(),
        "sessions": list(Session.objects.values_list("session_key", flat=True)),
        "answers": list(IdempotentRequest.objects.values_list("key", flat=True)),
        "sign-ins": SignInAttempt.objects.count(),
        "imported rows": list(FileImport.objects.values_list("created", flat=True)),
    }


def _not_verified() -> int:
    """How many organizations whose night is over lack the proof of today."""
    found = 0
    for organization in Organization.objects.all():
        now = timezone.now().astimezone(organization.zone)
        proofs = Verification.objects.filter(
            organization=organization, on=now.date(), finished_at__isnull=False
        )
        found += now.hour >= NIGHT_ENDS and proofs.count() != 1
    return found


ONCE = {
    "mails": MAILS,
    "account mails": 1,
    "webhook messages": [1],
    "chat posts": 1,
    "inbox": Counter({rule.value: 1 for rule in TOLD_AT_ONCE}),
    "most attempts": 1,
    "wrong cells": 0,
    "zones to follow": 0,
    "judged": 1,
    "spikes": 1,
    "signals told": True,
    "forecasts of days": 1,
    "published": 2,
    "not verified": 0,
    "old proofs": 1,
    "sessions": ["young"],
    "answers": ["young"],
    "sign-ins": 1,
    "imported rows": [2],
}
"""Everything happened, and nothing twice."""


def missing(found: dict[str, Any]) -> dict[str, Any]:
    """The effects that are not as they should be."""
    return {what: seen for what, seen in found.items() if seen != ONCE[what]}


SEEN_BY = {
    "activity.tell_followers": "webhook messages",
    "imports.carry_out": "imported rows",
    "imports.sweep": "imported rows",
    "kpis.forecast": "forecasts of days",
    "kpis.judge": "judged",
    "kpis.publish": "published",
    "kpis.recompute_shard": "wrong cells",
    "kpis.sweep_dirty": "wrong cells",
    "kpis.verify": "not verified",
    "kpis.watch": "spikes",
    "notifications.fill_inboxes": "inbox",
    "notifications.plan": "mails",
    "notifications.plan_account_mail": "account mails",
    "notifications.send_chat": "chat posts",
    "notifications.send_due": "mails",
    "notifications.send_webhooks": "webhook messages",
    "opsteam.forget_old": "old proofs",
    "people.forget_answers": "answers",
    "people.forget_sign_ins": "sign-ins",
    "tasks.rebuild_on_time": "zones to follow",
    "tasks.sweep_on_time": "zones to follow",
}
"""By what each job's work is seen; a new job brings a piece of work of its own to `begin_everything`."""
