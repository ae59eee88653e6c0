"""Pages that compose the apps."""

from django.http import HttpResponse

from common.htmx import render_page
from people.access import MemberRequest, signed_in


@signed_in
def manager_home(request: MemberRequest) -> HttpResponse:
    """Is all well, and if not, what to do?"""
    return render_page(request, "home/manager.html", {})
