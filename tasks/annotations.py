"""Completed tasks on the chart of the KPI they were meant for: of its goals, and opened on its signals."""

from datetime import date, datetime, time, timedelta

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from kpis.models import Kpi, Signal
from kpis.registry import Annotation, AnnotationSource
from people.models import Membership
from tasks.choices import Status
from tasks.models import Task

MOST = 12


def completed_tasks(actor: Membership, kpi: Kpi, first_on: date, last_on: date) -> list[Annotation]:
    """At most twelve: those opened on a signal first, then the most urgent, then the latest; one query."""
    zone = actor.organization.zone
    done = Task.objects.visible_to(actor).filter(
        status=Status.DONE,
        closed_at__gte=datetime.combine(first_on, time(0), zone),
        closed_at__lt=datetime.combine(last_on + timedelta(days=1), time(0), zone),
    )
    of_signals = Q(pk__in=Signal.objects.filter(kpi=kpi, task_id__isnull=False).values("task_id"))
    found = (
        done.filter(of_signals | Q(goal__key_results__kpi=kpi))
        .annotate(rank=Case(When(of_signals, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("rank", "priority", "-closed_at", "pk")
        .distinct()
        .values_list("pk", "title", "closed_at", "assignee__user__name", "rank", "priority")[:MOST]
    )
    return [
        Annotation(
            kind=_("Task"),
            day=closed_at.astimezone(zone).date(),
            text=title,
            url=reverse("tasks:detail", args=[pk]),
            by=by or "",
        )
        for pk, title, closed_at, by, *_ranks in found
        if closed_at is not None
    ]


SOURCE = AnnotationSource("tasks", completed_tasks)
