"""The checklist of a task."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from common.errors import InvalidInput
from people.access import MemberRequest, signed_in
from tasks import services
from tasks.forms import StepForm, StepsForm
from tasks.views.pages import detail_page
from tasks.views.rows import back


@signed_in
@require_POST
def steps(request: MemberRequest, task_id: int) -> HttpResponse:
    """More steps, one a line; a refused text comes back as it was typed."""
    form = StepsForm(request.POST)
    if form.is_valid():
        try:
            services.add_steps(by=request.membership, task_id=task_id, texts=form.texts())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            return back(request, task_id=task_id)
    return detail_page(request, task_id, status=422, steps_form=form)


@signed_in
@require_POST
def step(request: MemberRequest, task_id: int, step_id: int) -> HttpResponse:
    """Check a step off, open it again, move it up, or take it away."""
    form = StepForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"action": [str(each) for each in form.errors.get("action", [])]})
    action, which = form.cleaned_data["action"], {"task_id": task_id, "step_id": step_id}
    if action == "remove":
        services.remove_step(by=request.membership, **which)
    elif action == "up":
        services.move_step_up(by=request.membership, **which)
    else:
        services.check_step(by=request.membership, done=action == "check", **which)
    return back(request, task_id=task_id)
