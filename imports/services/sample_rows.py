"""The rows of a sample: each that is made is written down, and exactly those are taken back."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import models

from activity.models import Event
from feedback import services as feedback
from feedback.models import Customer, FeedbackItem, Invitation, Response, Survey, Theme
from goals import services as goals
from goals.models import Goal
from goals.permissions import can_own_goal_for
from home.demo.sample import SAMPLE_GOALS, SAMPLE_SURVEYS, Setting, sample_goals, sample_rows
from home.demo.themes import THEMES
from home.first_steps import SAMPLE_SOURCE
from imports.models import SampleBatch, SampleRow
from kpis import services as kpis
from kpis.models import Kpi, Metric, Signal
from kpis.services import MeasurementRow
from notifications import services as notifications
from people.models import Membership, Team
from tasks import services as tasks
from tasks.models import Task

ROWS_AT_ONCE = 200
ORDERS = "orders.completed"
TASK, ITEM, ORDER, CUSTOMER, THEME = "task", "item", "order", "customer", "theme"
GOAL, SURVEY, ANSWER, INVITATION = "goal", "survey", "answer", "invitation"
# What others belong to comes last.
ORDER_OF_REMOVAL = (TASK, INVITATION, ANSWER, ITEM, ORDER, GOAL, SURVEY, CUSTOMER, THEME)
# The goal that the sample's measures serve.
SERVED = "complaint-rate"

Stretch = tuple[int, Callable[[], None]]
Load = Callable[[SampleBatch, Any], None]


def loading(batch: SampleBatch) -> Iterator[Stretch]:
    """What is left to load; rows are the same whenever they are made, so those that are there change nothing."""
    before = len(SAMPLE_GOALS) + len(SAMPLE_SURVEYS)
    batch.total = before
    if batch.done < before:
        yield before, lambda: _load_frame(batch)
    sample = sample_rows(_setting(batch))
    parts: tuple[tuple[Sequence[Any], Load], ...] = (
        (sample.items, _load_items),
        (sample.tasks, _load_tasks),
        (sample.orders, _load_orders),
        (sample.invitations, _load_invitations),
        (sample.answers, _load_answers),
    )
    batch.total += sum(len(rows) for rows, _load in parts)
    for rows, load in parts:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            before += len(some)
            if before > batch.done:
                yield len(some), lambda load=load, some=some: load(batch, some)  # type: ignore[misc] # bound now


def removing(batch: SampleBatch) -> Iterator[Stretch]:
    """What is left to take back."""
    for model in ORDER_OF_REMOVAL:
        while rows := list(SampleRow.objects.filter(batch=batch, model=model)[:ROWS_AT_ONCE]):
            yield len(rows), lambda model=model, rows=rows: _take_back(batch, model, rows)  # type: ignore[misc] # bound now


def take_back_signals(batch: SampleBatch) -> None:
    """What was signalled while the sample was there, and taken up by nobody, waits for nobody any more."""
    opened = Event.objects.filter(
        organization_id=batch.organization_id, verb="signal.opened", occurred_at__gte=batch.created_at
    )
    gone = kpis.take_back_signals(batch.organization_id, opened.values_list("subject_id", flat=True))
    notifications.forget_subjects(batch.organization_id, Signal._meta.label_lower, gone)


def _setting(batch: SampleBatch) -> Setting:
    organization = batch.organization
    teams = Team.objects.filter(organization=organization).order_by("pk").values_list("pk", flat=True)
    served = SampleRow.objects.filter(batch=batch, model=GOAL, source_key=SERVED)
    goal_id = served.values_list("row_id", flat=True).first()
    return Setting(batch.created_at, organization.zone, _owner(batch).pk, list(teams), goal_id)


def _owner(batch: SampleBatch) -> Membership:
    members = Membership.objects.filter(organization=batch.organization, is_active=True)
    return batch.by or members.earliest("pk")


def _load_frame(batch: SampleBatch) -> None:
    """The goals, the surveys and the themes, to which the other rows belong."""
    kpis.install_library(batch.organization_id)
    for plan in THEMES:
        names = {"name_en": plan.name_en, "name_zh": plan.name_zh}
        theme, is_new = Theme.objects.get_or_create(
            organization_id=batch.organization_id, key=plan.key, defaults=names
        )
        if is_new:
            _write_down(batch, THEME, [(theme.pk, theme.version)])
    owner = _owner(batch)
    is_there = SampleRow.objects.filter(batch=batch, model=GOAL).exists()
    if not is_there and can_own_goal_for(owner, owner_id=owner.pk, team_id=None):
        known = dict(Kpi.objects.filter(organization_id=batch.organization_id).values_list("key", "pk"))
        for key, goal in sample_goals(_setting(batch), owner, known):
            SampleRow.objects.create(
                batch=batch, model=GOAL, row_id=goal.pk, source_key=key, version=goal.version
            )
    for said in SAMPLE_SURVEYS:
        survey, _is_new = Survey.objects.get_or_create(
            organization_id=batch.organization_id,
            key=_key(said["key"]),
            defaults={name: said[name] for name in ("kind", "name_en", "name_zh")},
        )
        _write_down(batch, SURVEY, [(survey.pk, survey.version)])


def _load_items(batch: SampleBatch, rows: Sequence[feedback.ItemRow]) -> None:
    organization_id = batch.organization_id
    feedback.import_items(organization_id, SAMPLE_SOURCE, rows, by=batch.by)
    keys = [row.external_id for row in rows]
    items = FeedbackItem.objects.filter(
        organization_id=organization_id, source=SAMPLE_SOURCE, external_id__in=keys
    )
    customers = {row.customer_external_id for row in rows}
    known = Customer.objects.filter(organization_id=organization_id, external_id__in=customers)
    _write_down(batch, ITEM, items.values_list("pk", "version"))
    _write_down(batch, CUSTOMER, known.values_list("pk", "version"))


def _load_tasks(batch: SampleBatch, rows: Sequence[tasks.TaskRow]) -> None:
    tasks.import_tasks(batch.organization_id, SAMPLE_SOURCE, rows, by=batch.by)
    made = Task.objects.filter(
        organization_id=batch.organization_id,
        source=SAMPLE_SOURCE,
        external_id__in=[row.external_id for row in rows],
    )
    _write_down(batch, TASK, made.values_list("pk", "version"))


def _load_orders(batch: SampleBatch, rows: Sequence[MeasurementRow]) -> None:
    kpis.import_measurements(batch.organization_id, ORDERS, rows)
    metric = Metric.objects.get(organization_id=batch.organization_id, key=ORDERS)
    SampleRow.objects.bulk_create(
        (SampleRow(batch=batch, model=ORDER, row_id=metric.pk, source_key=row.source_key) for row in rows),
        ignore_conflicts=True,
    )


def _load_invitations(batch: SampleBatch, rows: Sequence[feedback.InvitationRow]) -> None:
    key = _key(str(SAMPLE_SURVEYS[0]["key"]))
    feedback.record_invitations(batch.organization_id, SAMPLE_SOURCE, key, rows, by=batch.by)
    made = Invitation.objects.filter(survey__key=key, external_id__in=[row.external_id for row in rows])
    own = made.filter(organization_id=batch.organization_id)
    _write_down(batch, INVITATION, ((row_id, 0) for row_id in own.values_list("pk", flat=True)))


def _load_answers(batch: SampleBatch, rows: Sequence[tuple[str, feedback.ResponseRow]]) -> None:
    by_survey: Mapping[str, list[feedback.ResponseRow]] = defaultdict(list)
    for key, row in rows:
        by_survey[_key(key)].append(row)
    for key, some in by_survey.items():
        feedback.import_responses(batch.organization_id, SAMPLE_SOURCE, key, some, by=batch.by)
        made = Response.objects.filter(survey__key=key, external_id__in=[row.external_id for row in some])
        own = made.filter(organization_id=batch.organization_id)
        _write_down(batch, ANSWER, ((row_id, 0) for row_id in own.values_list("pk", flat=True)))


def _key(survey: str) -> str:
    return f"{SAMPLE_SOURCE}-{survey}"


def _write_down(batch: SampleBatch, model: str, rows: Any) -> None:
    SampleRow.objects.bulk_create(
        (SampleRow(batch=batch, model=model, row_id=row_id, version=version) for row_id, version in rows),
        ignore_conflicts=True,
    )


def _take_back(batch: SampleBatch, model: str, rows: Sequence[SampleRow]) -> None:
    if model == ORDER:
        gone = [MeasurementRow(row.source_key, batch.created_at, None) for row in rows]
        kpis.import_measurements(batch.organization_id, ORDERS, gone)
    else:
        ids = [row.row_id for row in rows]
        TAKES_BACK[model](batch.organization_id, ids)
        if model in TOLD_OF:
            notifications.forget_subjects(batch.organization_id, TOLD_OF[model]._meta.label_lower, ids)
    SampleRow.objects.filter(pk__in=[row.pk for row in rows]).delete()


# What people are reminded of.
TOLD_OF: Final[Mapping[str, type[models.Model]]] = {TASK: Task, ITEM: FeedbackItem, GOAL: Goal}
TAKES_BACK: Final[Mapping[str, Callable[[int, Sequence[int]], None]]] = {
    TASK: tasks.take_back_tasks,
    ITEM: feedback.take_back_items,
    GOAL: goals.take_back_goals,
    ANSWER: lambda organization, ids: feedback.take_back_answers(organization, response_ids=ids),
    INVITATION: lambda organization, ids: feedback.take_back_answers(organization, invitation_ids=ids),
    SURVEY: lambda organization, ids: feedback.take_back_parties(organization, survey_ids=ids),
    CUSTOMER: lambda organization, ids: feedback.take_back_parties(organization, customer_ids=ids),
    THEME: lambda organization, ids: feedback.take_back_parties(organization, theme_ids=ids),
}
