"""Sample data: loaded, looked at, removed."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from common.htmx import render_page
from imports import selectors, services
from imports.choices import SampleState
from people.access import MemberRequest, signed_in


@signed_in
@require_safe
def samples(request: MemberRequest) -> HttpResponse:
    """What sample data is, whether some is here, and what its removal would take along."""
    batch = selectors.sample_of(request.membership)
    context = {
        "batch": batch,
        "changes": selectors.changes_since(batch) if batch and batch.state == SampleState.LOADED else None,
    }
    return render_page(request, "imports/samples.html", context, partial="state")


@signed_in
@require_POST
def load_samples(request: MemberRequest) -> HttpResponse:
    """A worker begins to load it."""
    services.load_samples(request.membership)
    return redirect("imports:samples")


@signed_in
@require_POST
def remove_samples(request: MemberRequest) -> HttpResponse:
    """A worker begins to take it back."""
    services.remove_samples(request.membership)
    return redirect("imports:samples")
