"""The pages of goals."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.selectors import last_change
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.htmx import push_address, render_page
from common.narrowing import said
from goals import selectors, services
from goals.choices import Source, Status
from goals.filters import PAGE_DEFAULTS, GoalPageFilter
from goals.forms import ROWS, CheckInForm, GoalForm, KeyResultFormSet, beside_stored, initial_key_results
from goals.models import Goal
from goals.permissions import can_change_goal, can_set_goals
from kpis.models import Kpi
from people.access import MemberRequest, signed_in
from people.filters import shown_team, usual_team, with_team


@signed_in
@require_safe
def goal_list(request: MemberRequest) -> HttpResponse:
    """The organization's goals with their pace, active ones unless the address says otherwise."""
    actor = request.membership
    given = with_team(request.GET, actor)
    query = said(given, {**PAGE_DEFAULTS, "team": usual_team(actor)})
    for name, value in PAGE_DEFAULTS.items():
        given.setdefault(name, value)
    goals = selectors.goal_list(actor).order_by(F("parent_id").asc(nulls_first=True), "ends_on", "id")
    narrowed = GoalPageFilter(given, queryset=goals, request=request)
    pace = narrowed.form.cleaned_data.get("pace") if narrowed.form.is_valid() else ""
    rows = [row for row in selectors.measured(actor, narrowed.qs) if pace in ("", row.pace)]
    context = {
        "filter": narrowed,
        "rows": rows,
        "is_filtered": any(name in query for name in narrowed.filters),
        "shown_team": shown_team(narrowed, request.path, query),
        "can_create": can_set_goals(actor),
    }
    return push_address(request, render_page(request, "goals/list.html", context, partial="rows"), query)


@signed_in
@require_safe
def goal_detail(request: MemberRequest, goal_id: int) -> HttpResponse:
    """One goal: its key results, tasks, check-ins and place among the goals."""
    return _detail_page(request, goal_id)


@signed_in
@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """A new goal with its key results; `?parent=` and `?kpi=` fill the form in."""
    if not can_set_goals(request.membership):
        raise NotAllowed
    if request.method == "GET":
        parent = request.GET.get("parent")
        form = GoalForm(
            actor=request.membership,
            initial={"owner": request.membership.pk, "parent": parent, **_period(request)},
        )
        return _form_page(request, form, _key_result_forms(request, initial=_prefilled(request)))
    form = GoalForm(request.POST, actor=request.membership)
    key_results = _key_result_forms(request)
    if _are_valid(form, key_results):
        try:
            goal = services.create_goal(
                by=request.membership, key_results=key_results.wanted(), **form.values()
            )
        except InvalidInput as refused:
            form.refuse(key_results.refuse(refused))
        else:
            messages.success(request, _("Goal set."))
            return redirect("goals:detail", goal.pk)
    return _form_page(request, form, key_results, status=400)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Edit a goal; where somebody was faster, the form comes back with what was typed."""
    goal = selectors.get_goal(request.membership, goal_id)
    if not can_change_goal(request.membership, goal):
        raise NotAllowed
    initial = initial_key_results(goal.key_results.select_related("kpi"))
    if request.method == "GET":
        form = GoalForm(actor=request.membership, goal=goal)
        return _form_page(request, form, _key_result_forms(request, initial=initial), goal=goal)
    form = GoalForm(request.POST, actor=request.membership, goal=goal)
    key_results = _key_result_forms(request, initial=initial)
    status = 400
    context: dict[str, Any] = {}
    if _are_valid(form, key_results):
        try:
            services.edit_goal(
                by=request.membership,
                goal_id=goal_id,
                version=form.cleaned_data["version"] or 0,
                key_results=key_results.wanted(),
                **form.values(),
            )
        except InvalidInput as refused:
            form.refuse(key_results.refuse(refused))
        except StaleVersion:
            status = 409
            differences = [*form.merge(), *key_results.merge()]
            context = {"differences": differences, "last_change": last_change(goal)}
            form.take_version(goal.version)
        else:
            messages.success(request, _("Goal saved."))
            return redirect("goals:detail", goal_id)
    return _form_page(request, form, key_results, goal=goal, status=status, **context)


@signed_in
@require_POST
def check_in(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Record a check-in; a wrong one comes back in the goal's page."""
    goal = selectors.get_goal(request.membership, goal_id)
    form = CheckInForm(request.POST, key_results=goal.key_results.all())
    if form.is_valid():
        try:
            services.check_in(
                by=request.membership,
                goal_id=goal_id,
                confidence=form.cleaned_data["confidence"],
                note=form.cleaned_data["note"],
                values=form.values(),
                version=form.cleaned_data["version"],
            )
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            form.take_version(selectors.get_goal(request.membership, goal_id).version)
            form.add_error(
                None,
                _(
                    "The goal has changed since you opened this page. If your check-in is not in the list yet, "
                    "record it again."
                ),
            )
            return _detail_page(request, goal_id, form=form, status=409)
        else:
            messages.success(request, _("Check-in recorded."))
            return redirect("goals:detail", goal_id)
    return _detail_page(request, goal_id, form=form, status=400)


@signed_in
@require_POST
def close(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Close a goal."""
    services.close_goal(by=request.membership, goal_id=goal_id)
    messages.success(request, _("Goal closed."))
    return redirect("goals:detail", goal_id)


@signed_in
@require_POST
def reopen(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Make a closed goal active again."""
    services.reopen_goal(by=request.membership, goal_id=goal_id)
    messages.success(request, _("Goal reopened."))
    return redirect("goals:detail", goal_id)


def _detail_page(
    request: MemberRequest, goal_id: int, *, form: CheckInForm | None = None, status: int = 200
) -> HttpResponse:
    overview = selectors.goal_overview(request.membership, goal_id)
    goal = overview.measured.goal
    is_closed, may_work = goal.status == Status.CLOSED, can_set_goals(request.membership)
    key_results = [measured.key_result for measured in overview.measured.key_results]
    context = {
        "overview": overview,
        "measured": overview.measured,
        "goal": goal,
        "form": form or CheckInForm(key_results=key_results, initial={"version": goal.version}),
        "today": selectors.local_day(request.membership),
        "can_change": can_change_goal(request.membership, goal),
        "can_add": can_set_goals(request.membership),
        "is_closed": is_closed,
        "add_task_url": "" if is_closed or not may_work else f"{reverse('tasks:create')}?goal={goal.pk}",
    }
    return render_page(request, "goals/detail.html", context, status=status)


def _form_page(
    request: MemberRequest,
    form: GoalForm,
    key_results: Any,
    *,
    goal: Goal | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {"form": form, "key_results": key_results, "goal": goal, "is_stale": status == 409}
    return render_page(request, "goals/form.html", context, status=status)


def _key_result_forms(request: MemberRequest, initial: list[dict[str, Any]] | None = None) -> Any:
    kpis = Kpi.objects.visible_to(request.membership)
    given: QueryDict | None = request.POST if request.method == "POST" else None
    if given is not None and initial:
        given, initial = beside_stored(given, initial)
    return KeyResultFormSet(given, prefix=ROWS, initial=initial, form_kwargs={"kpis": kpis})


def _are_valid(form: GoalForm, key_results: Any) -> bool:
    # Both are asked, so that one answer shows every mistake.
    return all([form.is_valid(), key_results.is_valid()])


def _period(request: MemberRequest) -> dict[str, date]:
    """The running quarter, as a start."""
    today = selectors.local_day(request.membership)
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return {"starts_on": first, "ends_on": (first + timedelta(days=93)).replace(day=1) - timedelta(days=1)}


def _prefilled(request: MemberRequest) -> list[dict[str, Any]]:
    """A key result measured by the KPI that the address names."""
    kpi = Kpi.objects.visible_to(request.membership).filter(key=request.GET.get("kpi", "")).first()
    if kpi is None:
        return []
    return [{"name_en": kpi.name_en, "name_zh": kpi.name_zh, "source": Source.KPI, "kpi": kpi.pk}]
