"""Changing all chosen tasks at once."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import InvalidInput
from common.templatetags.ui import comma
from people.access import MemberRequest, signed_in
from people.models import Membership
from tasks import selectors, services
from tasks.forms import LARGEST_ID, ManyForm, WasForm
from tasks.services import Chosen, Outcome
from tasks.views.rows import UNDO_KEY, back


@signed_in
@require_POST
def change_many(request: MemberRequest) -> HttpResponse:
    """Status, due day or assignee of all chosen tasks, or the undo of that. Says what was refused; leads back.

    What cannot be understood is asked again with all that was chosen, where there is no script to show the refusal
    beside it.
    """
    rows = request.POST.getlist("task")
    if not rows:
        raise InvalidInput({}, _("Choose tasks first."))
    if request.POST.get("undo"):
        _tell(request, services.undo_many(by=request.membership, chosen=[_as_it_was(row) for row in rows]))
        return back(request)
    form = ManyForm(request.POST)
    try:
        changes = _changes(request.membership, form)
    except InvalidInput as refused:
        if request.htmx:
            raise
        return _ask_again(request, form, refused)
    outcomes = services.change_many(by=request.membership, chosen=[_chosen(row, changes) for row in rows])
    changed = list(_undo_rows(outcomes))
    if changed:
        request.session[UNDO_KEY] = {"url": request.path, "rows": changed}
    _tell(request, outcomes)
    return back(request)


def _ask_again(request: MemberRequest, form: ManyForm, refused: InvalidInput) -> HttpResponse:
    if not form.errors:
        form.refuse(refused if refused.fields else InvalidInput({"": [refused.detail]}))
    context = {
        "form": form,
        "rows_chosen": request.POST.getlist("task"),
        "next": request.POST.get("next", ""),
    }
    return render(request, "tasks/change_many.html", context, status=422)


def _changes(by: Membership, form: ManyForm) -> dict[str, Any]:
    said = _read(form)
    changes: dict[str, Any] = {"status": said["status"]} if said["status"] else {}
    if said.get("due"):
        changes["due_on"], changes["due_time"] = selectors.read_due(by, said["due"])
    if said.get("assignee"):
        person = selectors.read_person(by, said["assignee"])
        changes["assignee_id"] = person.pk if person else None
    if not changes:
        raise InvalidInput({}, _("Say what shall change: the status, the due day or the assignee."))
    return changes


def _read(form: ManyForm | WasForm) -> dict[str, Any]:
    if not form.is_valid():
        raise InvalidInput({name: [str(each) for each in wrong] for name, wrong in form.errors.items()})
    return form.cleaned_data


def _chosen(row: str, changes: dict[str, Any]) -> Chosen:
    task_id, _colon, version = row.partition(":")
    return Chosen(_number(task_id), _number(version), changes)


def _number(digits: str) -> int:
    if digits.isascii() and digits.isdecimal() and int(digits[:20]) <= LARGEST_ID:
        return int(digits[:20])
    raise InvalidInput({"task": [_("There is no such task.")]})


def _undo_rows(outcomes: Iterable[Outcome]) -> Iterable[str]:
    for outcome in outcomes:
        if _is_changed(outcome):
            version = outcome.task.version if outcome.task else 0
            yield json.dumps([outcome.task_id, version, outcome.was], default=str)


def _as_it_was(row: str) -> Chosen:
    try:
        task_id, version, was = json.loads(row)
        given = {name: value for name, value in was.items() if name in WasForm.base_fields}
        values = _read(WasForm(given))
        return Chosen(_number(str(task_id)), _number(str(version)), {name: values[name] for name in given})
    except (ValueError, TypeError, AttributeError) as wrong:
        raise InvalidInput({"task": [_("There is no such task.")]}) from wrong


def _is_changed(outcome: Outcome) -> bool:
    return (
        outcome.task is not None
        and outcome.was is not None
        and any(getattr(outcome.task, name) != value for name, value in outcome.was.items())
    )


def _tell(request: MemberRequest, outcomes: Sequence[Outcome]) -> None:
    """How many were changed, and of which ones it was refused and why."""
    number = sum(map(_is_changed, outcomes))
    if number:
        told = ngettext("%(number)s task changed.", "%(number)s tasks changed.", number) % {"number": number}
        messages.success(request, told)
    elif not any(outcome.refusal for outcome in outcomes):
        messages.info(request, _("Nothing to change: the chosen tasks are like that already."))
    refused = [(_reason(outcome), outcome.task_id) for outcome in outcomes if outcome.refusal]
    for reason, group in groupby(sorted(refused), key=lambda each: each[0]):
        numbers = comma().join(f"#{task_id}" for _reason_again, task_id in group)
        messages.error(request, f"{numbers}: {reason}")


def _reason(outcome: Outcome) -> str:
    return str(outcome.refusal.detail) if outcome.refusal else ""
