"""A file of tasks or feedback: taken in, its columns confirmed, checked, stored."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput
from common.htmx import render_page
from common.importing.errors import UnreadableFile
from common.importing.text import Encoding
from common.tenancy import kept
from imports import selectors, services
from imports.choices import Kind, State
from imports.forms import FileForm, MappingForm
from imports.models import FileImport
from people.access import MemberRequest, signed_in

LIST_OF = {Kind.TASKS: "tasks:list", Kind.FEEDBACK: "feedback:list"}


@signed_in
@require_http_methods(["GET", "POST"])
def take_tasks(request: MemberRequest) -> HttpResponse:
    """A file of tasks is uploaded."""
    return _take(request, Kind.TASKS)


@signed_in
@require_http_methods(["GET", "POST"])
def take_feedback(request: MemberRequest) -> HttpResponse:
    """A file of feedback is uploaded."""
    return _take(request, Kind.FEEDBACK)


@signed_in
@require_safe
def detail(request: MemberRequest, import_id: int) -> HttpResponse:
    """How far the file is, and the next step; asked again and again while a worker has it."""
    return _page(request, selectors.get_import(request.membership, import_id))


@signed_in
@require_POST
def check(request: MemberRequest, import_id: int) -> HttpResponse:
    """The columns are confirmed, and a worker reads every row without storing any."""
    found = selectors.get_import(request.membership, import_id)
    form = MappingForm(request.POST, found)
    if form.is_valid():
        try:
            services.start_check(request.membership, import_id, **form.chosen())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            return redirect("imports:detail", import_id)
    return _page(request, found, form=form, status=422)


@signed_in
@require_POST
def store(request: MemberRequest, import_id: int) -> HttpResponse:
    """A worker stores the usable rows."""
    services.start_storing(request.membership, import_id)
    return redirect("imports:detail", import_id)


@signed_in
@require_POST
def cancel(request: MemberRequest, import_id: int) -> HttpResponse:
    """Nothing more of the file is stored."""
    services.cancel_import(request.membership, import_id)
    return redirect("imports:detail", import_id)


@signed_in
@require_safe
def report(request: MemberRequest, import_id: int) -> StreamingHttpResponse:
    """Every row that was or would not be stored, with line, column and reason, as a CSV file."""
    found = selectors.get_import(request.membership, import_id)
    return StreamingHttpResponse(
        kept(selectors.report_of(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{found.pk}-rows.csv"'},
    )


def _take(request: MemberRequest, kind: Kind) -> HttpResponse:
    recent = selectors.recent_imports(request.membership, kind)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = services.take_file(
                request.membership,
                kind=kind,
                name=file.name,
                chunks=file.chunks(),
                encoding=Encoding(form.cleaned_data["encoding"] or Encoding.AUTO),
            )
        except UnreadableFile as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("imports:detail", taken.pk)
    context = {"form": form, "kind": kind, "recent": recent, "list_url": LIST_OF[kind]}
    return render_page(request, "imports/take.html", context, status=422 if form.is_bound else 200)


def _page(
    request: MemberRequest, found: FileImport, *, form: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "found": found,
        "list_url": LIST_OF[Kind(found.kind)],
        "take_url": f"imports:{found.kind}",
    }
    if found.state in (State.LOOKED, State.CHECKED, State.FAILED):
        context["form"] = form or MappingForm(None, found)
    return render_page(request, "imports/detail.html", context, partial="progress", status=status)
