"""Finding people by typing, and the team with whose eyes one looks."""

from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.addresses import own_address
from common.errors import NotVisible
from people import selectors, services
from people.access import MemberRequest, signed_in

PICKED = 8
LONGEST_NAME = 100
# They show the home team where their address names none.
PAGES_OF_TEAMS = ("home:manager", "tasks:list", "feedback:list", "goals:list")


@signed_in
@require_safe
def pick(request: MemberRequest) -> HttpResponse:
    """Members whose name holds `?q=` or is typed like it, as options of a field; `?former=1` asks for leavers too."""
    words = request.GET.get("q", "").strip()[:LONGEST_NAME]
    found = selectors.people_found(request.membership, words, with_former="former" in request.GET)[:PICKED]
    return render(request, "people/picked.html", {"members": found, "words": words})


@signed_in
@require_http_methods(["GET", "POST"])
def home_team(request: MemberRequest) -> HttpResponse:
    """Choose the team with whose eyes one looks, or all."""
    back = own_address(request.POST.get("next") or request.GET.get("next") or "", "/")
    if request.method == "GET":
        context = {"teams": _choices(request), "next": back}
        template = "people/home_team.html#teams" if request.htmx else "people/home_team.html"
        return render(request, template, context)
    chosen = request.POST.get("team", "")
    if chosen and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise NotVisible
    services.choose_home_team(membership=request.membership, team_id=int(chosen) if chosen else None)
    return redirect(_of_usual_team(back))


def _choices(request: MemberRequest) -> list[tuple[str, str, bool]]:
    """What is sent for every team and for each, its name, and whether one looks with its eyes."""
    home = request.membership.home_team_id
    found = [(str(each.pk), each.name, each.pk == home) for each in selectors.teams(request.membership)]
    return [("", _("All teams"), home is None), *found]


def _of_usual_team(address: str) -> str:
    """The same page without the team that its address names, so that the chosen one is seen there."""
    path, _mark, query = address.partition("?")
    if path not in {reverse(name) for name in PAGES_OF_TEAMS}:
        return address
    kept = {name: value for name, value in QueryDict(query).items() if name not in ("team", "page")}
    return path + (f"?{urlencode(kept)}" if kept else "")
