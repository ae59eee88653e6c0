"""The home of managers, and the first minute of an empty installation."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import NotVisible
from common.htmx import render_page
from feedback.choices import Status as FeedbackStatus
from feedback.permissions import can_answer_feedback
from home import selectors, services
from home.first_steps import first_steps
from home.forms import SetupForm
from home.views.first_steps import first_steps_page
from kpis.permissions import can_decide_on_signals
from people import first_run
from people.access import MemberRequest, identifying, signed_in
from people.browsers import list_session, remember_browser
from people.choices import Language
from tasks.choices import Priority
from tasks.choices import Status as TaskStatus
from tasks.permissions import can_complete_tasks


@signed_in
@require_safe
def manager_home(request: MemberRequest) -> HttpResponse:
    """Is all well, and if not, what to do?"""
    steps = None if request.membership.hides_first_steps else first_steps(request.membership)
    if steps is not None and steps.is_untouched:
        return first_steps_page(request, steps)
    context = {
        "board": selectors.manager_board(request.membership),
        "steps": steps,
        "today": timezone.localdate(),
        "can_change": can_complete_tasks(request.membership),
        "can_answer": can_answer_feedback(request.membership),
        "can_decide": can_decide_on_signals(request.membership),
        "task_statuses": TaskStatus.choices,
        "feedback_statuses": FeedbackStatus.choices,
        "urgent": Priority.URGENT,
        "normal": Priority.NORMAL,
        "here": request.get_full_path(),
    }
    return render_page(request, "home/manager.html", context)


@identifying
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """An empty installation gets its organization and administrator, who is signed in; 404 ever after."""
    if not first_run.admits(token):
        raise NotVisible
    form = SetupForm(request.POST or None, initial={"language": translation.get_language()})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "home/setup.html", {"form": form}, status=status)
    chosen = form.cleaned_data
    admin = services.found_organization(**{**chosen, "language": Language(chosen["language"])})
    login(request, admin.user)
    list_session(request, admin.user)
    response = redirect("home:manager")
    remember_browser(request, response, admin.user)
    return response
