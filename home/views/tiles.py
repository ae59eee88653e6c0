"""Choosing what stands on Home."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput, NotVisible
from common.htmx import render_page
from home import selectors, services
from home.forms import TilesForm
from people.access import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def tiles(request: MemberRequest) -> HttpResponse:
    """One's own tiles, or with `?team=` those of a team that one manages; each change is saved at once."""
    if request.method == "POST":
        return _changed(request)
    teams = selectors.teams_managed(request.membership)
    asked = request.GET.get("team", "")
    team = next((each for each in teams if str(each.pk) == asked), None)
    if asked and team is None:
        raise NotVisible
    address = reverse("home:tiles")
    context = {
        "choice": selectors.tile_choice(request.membership, team.pk if team else None),
        "team": team,
        "boards": [(f"{address}?team={each.pk}", each.name, each == team) for each in teams],
        "most": services.MOST_TILES,
    }
    return render_page(request, "home/tiles.html", context)


def _changed(request: MemberRequest) -> HttpResponse:
    form = TilesForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    team_id = form.cleaned_data["team"]
    services.choose_tiles(by=request.membership, kpi_ids=form.order, team_id=team_id)
    return redirect(reverse("home:tiles") + (f"?team={team_id}" if team_id else ""))
