"""The home of managers, and the first minute of an empty installation."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.addresses import own_address
from common.errors import NotVisible
from common.htmx import render_page
from home import selectors, services
from home.blocks import HOME, Reading
from home.first_steps import first_steps
from home.forms import SeenForm, SetupForm
from home.views.board import board_context, parts_of, wanted_by
from home.views.first_steps import first_steps_page
from people import first_run
from people.access import MemberRequest, identifying, signed_in
from people.browsers import list_session, remember_browser
from people.choices import Language


@signed_in
@require_safe
def manager_home(request: MemberRequest) -> HttpResponse:
    """Is all well, and if not, what to do?"""
    steps = None if request.membership.hides_first_steps else first_steps(request.membership)
    if steps is not None and steps.is_untouched:
        return first_steps_page(request, steps)
    return render_page(request, "home/manager.html", {**_home(request), "steps": steps})


@signed_in
@require_safe
def pulse(request: MemberRequest) -> HttpResponse:
    """The board of Home where something of it has changed, or 304: what an open page asks every few seconds."""
    etag = selectors.pulse_of(request.membership, request.GET.urlencode())
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = render(request, "home/manager.html#board", _home(request))
    response["ETag"] = etag
    return response


@signed_in
@require_POST
def seen(request: MemberRequest) -> HttpResponse:
    """The reader knows what happened up to the event that the page named."""
    form = SeenForm(request.POST)
    if form.is_valid():
        services.mark_seen(by=request.membership, event_id=form.cleaned_data["event"])
    return redirect(own_address(request.POST.get("next", ""), reverse("home:manager")))


def _home(request: MemberRequest) -> dict[str, Any]:
    reading = Reading(request.membership, wanted_by(request))
    return board_context(request, reading, parts_of(reading, HOME))


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
