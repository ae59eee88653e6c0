"""Finding anything by words, and the sheet of keyboard shortcuts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from home.actions import actions, actions_found, is_called
from home.search import search
from people.access import MemberRequest, signed_in

LONGEST_WORDS = 200
ON_PAGE, IN_PALETTE = 20, 5
ACTIONS_ON_PAGE, ACTIONS_IN_PALETTE = 10, 8


@signed_in
@require_safe
def search_page(request: MemberRequest) -> HttpResponse:
    """Rows and actions that hold the words: a page, or the options of the command palette."""
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    in_palette = bool(request.htmx)
    found = actions_found(request.membership, words) if words or in_palette else []
    # Who types the whole name of an action means it, whatever rows hold the same words.
    found.sort(key=lambda action: not is_called(action, words))
    context = {
        "words": words,
        "actions_first": bool(found) and is_called(found[0], words),
        "groups": search(request.membership, words, limit=IN_PALETTE if in_palette else ON_PAGE),
        "actions": found[: ACTIONS_IN_PALETTE if in_palette else ACTIONS_ON_PAGE],
    }
    return render(request, f"home/{'palette' if in_palette else 'search'}.html", context)


@signed_in
@require_safe
def shortcut_sheet(request: MemberRequest) -> HttpResponse:
    """Every shortcut there is, on a page or in a dialog."""
    context = {"actions": [each for each in actions(request.membership) if each.shortcut]}
    template = "home/shortcuts.html#sheet" if request.htmx else "home/shortcuts.html"
    return render(request, template, context)
