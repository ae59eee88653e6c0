"""Finding people by typing, and the team with whose eyes one looks."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from common.addresses import own_address
from common.errors import NotVisible
from people import selectors, services
from people.access import MemberRequest, signed_in

PICKED = 8
LONGEST_NAME = 100


@signed_in
@require_safe
def pick(request: MemberRequest) -> HttpResponse:
    """Members whose name holds `?q=` or is typed like it, as options of a field."""
    words = request.GET.get("q", "").strip()[:LONGEST_NAME]
    found = selectors.people_found(request.membership, words)[:PICKED]
    return render(request, "people/picked.html", {"members": found, "words": words})


@signed_in
@require_http_methods(["GET", "POST"])
def home_team(request: MemberRequest) -> HttpResponse:
    """Choose the team with whose eyes one looks, or all."""
    back = own_address(request.POST.get("next") or request.GET.get("next") or "", "/")
    if request.method == "GET":
        context = {"teams": selectors.teams(request.membership), "next": back}
        template = "people/home_team.html#teams" if request.htmx else "people/home_team.html"
        return render(request, template, context)
    chosen = request.POST.get("team", "")
    if chosen and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise NotVisible
    services.choose_home_team(membership=request.membership, team_id=int(chosen) if chosen else None)
    return redirect(back)
