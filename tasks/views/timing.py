"""The timer, and time that is noted by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import InvalidInput
from people.access import MemberRequest, signed_in
from tasks import services
from tasks.forms import TimeForm
from tasks.views.pages import detail_page
from tasks.views.rows import back


@signed_in
@require_POST
def timer(request: MemberRequest, task_id: int) -> HttpResponse:
    """The member's timer starts on this task, or with `stop` it ends."""
    if request.POST.get("stop"):
        services.stop_timer(by=request.membership, task_id=task_id)
    else:
        services.start_timer(by=request.membership, task_id=task_id)
    return back(request, task_id=task_id)


@signed_in
@require_POST
def time_entries(request: MemberRequest, task_id: int) -> HttpResponse:
    """Time that the member worked on the task without the timer."""
    form = TimeForm(request.POST)
    if form.is_valid():
        try:
            services.log_time(by=request.membership, task_id=task_id, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Time noted."))
            return back(request, task_id=task_id)
    return detail_page(request, task_id, status=422, time_form=form)


@signed_in
@require_POST
def remove_time(request: MemberRequest, task_id: int, entry_id: int) -> HttpResponse:
    """One of the member's own entries is gone."""
    services.remove_time(by=request.membership, entry_id=entry_id)
    return back(request, task_id=task_id)
