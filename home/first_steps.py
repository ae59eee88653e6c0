"""What a new organization does first, and how far it is: read from its rows, never kept as done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.prepared import prepared
from feedback.models import FeedbackItem
from goals.models import Goal
from kpis.models import DayCell, Kpi
from people.choices import Permission
from people.models import Invitation, Membership, Organization
from people.permissions import may
from tasks.models import Task

WANTED_KPIS = 3
SAMPLE_SOURCE = "sample"
"""Of rows that come with sample data, and go with it."""


@dataclass(frozen=True, slots=True)
class Action:
    """A way to take a step."""

    url_name: str
    label: Promise | str
    icon: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps; `may` says whether the reader can take it."""

    key: str
    icon: str
    title: Promise | str
    why: Promise | str
    actions: Sequence[Action]
    permission: Permission
    is_done: bool = False
    so_far: Promise | str = ""
    may: bool = True


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All steps and the one to take next; `is_untouched` where there is not a row of work and no measured day."""

    steps: Sequence[Step]
    is_untouched: bool

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left."""
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        """The first step that is left and that the reader may take."""
        return next((step for step in self.steps if step.may and not step.is_done), None)


STEPS = (
    Step(
        "people",
        "users",
        _("Invite the people you work with"),
        _(
            "Tasks, feedback and goals each have one person who answers for them. Alone, you would be all of them."
        ),
        (Action("people:invitations", _("Invite somebody"), "send"),),
        Permission.PEOPLE_MANAGE,
    ),
    Step(
        "kpis",
        "chart-line",
        _("Choose three KPIs"),
        _(
            "A number that somebody answers for is looked at. Metric, formula and target come with each of them."
        ),
        (Action("home:choose-kpis", _("Choose KPIs"), "chart-line"),),
        Permission.KPIS_DEFINE,
    ),
    Step(
        "rows",
        "upload",
        _("Import tasks or feedback"),
        _("KPIs are computed from rows: with last quarter's, the first curves are there in a minute."),
        (
            Action("imports:feedback", _("Import feedback"), "upload"),
            Action("imports:tasks", _("Import tasks"), "upload"),
        ),
        Permission.TASKS_CREATE,
    ),
    Step(
        "goal",
        "target",
        _("Set a first goal"),
        _("Tie a key result to a KPI and its progress keeps itself up to date."),
        (Action("goals:create", _("Set a goal"), "target"),),
        Permission.GOALS_OWN,
    ),
)


def first_steps(actor: Membership) -> FirstSteps:
    """How far the actor's organization is. One query."""
    found = _found(actor)
    done = {
        "people": found.has_people,
        "kpis": found.kpis >= WANTED_KPIS,
        "rows": found.has_rows,
        "goal": found.has_goal,
    }
    chosen = _("%(count)s of %(wanted)s chosen") % {"count": found.kpis, "wanted": WANTED_KPIS}
    so_far = {"kpis": chosen} if 0 < found.kpis < WANTED_KPIS else {}
    steps = [
        replace(
            step,
            is_done=bool(done[step.key]),
            so_far=so_far.get(step.key, ""),
            may=may(actor, step.permission),
        )
        for step in STEPS
    ]
    is_untouched = not (found.has_work or found.has_goal or found.has_days)
    return FirstSteps(steps, is_untouched)


def _found(actor: Membership) -> Any:
    (found,) = prepared(_row, organization=actor.organization_id, member=actor.pk)
    return found


def _row(*, organization: int, member: int) -> QuerySet[Organization]:
    of_it = {"organization": OuterRef("pk")}
    others = Membership.objects.filter(is_active=True, **of_it).exclude(pk=member)
    tasks, items = Task.objects.filter(**of_it), FeedbackItem.objects.filter(**of_it)
    own = ~Q(source=SAMPLE_SOURCE)
    owned = Kpi.objects.filter(owner__isnull=False, archived_at=None, **of_it).order_by()
    return Organization.objects.filter(pk=organization).annotate(
        has_people=Exists(others) | Exists(Invitation.objects.filter(withdrawn_at=None, **of_it)),
        kpis=Coalesce(Subquery(owned.values("organization").annotate(n=Count("pk")).values("n")), 0),
        has_rows=Exists(tasks.filter(own)) | Exists(items.filter(own)),
        has_work=Exists(tasks) | Exists(items),
        has_goal=Exists(Goal.objects.filter(**of_it)),
        has_days=Exists(DayCell.objects.filter(metric__organization=OuterRef("pk"), n__gt=0)),
    )
