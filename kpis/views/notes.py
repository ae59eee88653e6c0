"""Notes on a KPI's chart."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import InvalidInput
from kpis import selectors, services
from kpis.forms.notes import NoteForm
from kpis.views.kpi import detail_page
from people.access import MemberRequest, signed_in


@signed_in
@require_POST
def add(request: MemberRequest, key: str) -> HttpResponse:
    """Leave a note at a day; a wrong one comes back in the KPI's page."""
    form = NoteForm(request.POST, today=selectors.today(request.membership.organization))
    if form.is_valid():
        try:
            services.add_note(request.membership, key, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The note was added."))
            return redirect("kpis:detail", key)
    return detail_page(request, key, note_form=form, status=422)


@signed_in
@require_POST
def remove(request: MemberRequest, key: str, note_id: int) -> HttpResponse:
    """Remove one's own note."""
    services.remove_note(request.membership, key, note_id=note_id)
    messages.success(request, _("The note was removed."))
    return redirect("kpis:detail", key)
