"""What a member does today."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.htmx import render_page
from home.work import my_work
from people.access import MemberRequest, signed_in
from tasks.views.rows import row_context


@signed_in
@require_safe
def work(request: MemberRequest) -> HttpResponse:
    """The reader's tasks by when they are due, with replies, check-ins and steps; htmx gets the sections only."""
    context = {"work": my_work(request.membership), **row_context(request, whole="work")}
    return render_page(request, "work/page.html", context, partial="rows")
