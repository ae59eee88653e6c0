"""The style guide's page."""

from itertools import product

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opsteam.styleguide.examples import EXAMPLES, Pane
from opsteam.styleguide.tokens import tokens
from people.access import MemberRequest, refuse_unless, signed_in
from people.choices import Language, Permission, Theme


@signed_in
@require_safe
def styleguide(request: MemberRequest) -> HttpResponse:
    """All components in all their states, for administrators."""
    refuse_unless(request.membership, Permission.ORGANIZATION_MANAGE)
    looks = product(Language.values, (Theme.LIGHT, Theme.DARK))
    context = {
        "examples": EXAMPLES,
        "panes": [Pane(language, theme.value) for language, theme in looks],
        "tokens": tokens(),
    }
    return render(request, "styleguide/index.html", context)
