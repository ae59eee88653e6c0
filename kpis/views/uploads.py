"""Uploading a file of measurements: look at it, check it, store it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.htmx import render_page
from common.importing.errors import InvalidMapping, UnreadableFile
from common.importing.files import Manner, import_file
from common.importing.mapping import Mapping
from common.importing.records import Row, Table
from common.importing.report import SHOWN, Report
from common.importing.run import Outcome
from common.importing.text import TextFile, text_file
from kpis.forms.uploads import REQUIRED, UploadForm
from kpis.importers import MeasurementImporter
from kpis.models import Metric
from kpis.views.values import pushed_metric
from people.access import MemberRequest, signed_in

SAMPLE = 5
BATCH = 1_000
SOURCE = "csv"


@dataclass(frozen=True, slots=True)
class Look:
    """The columns of a file and its first rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    codec: str
    delimiter: str


@signed_in
@require_http_methods(["GET", "POST"])
def metric_upload(request: MemberRequest, key: str) -> HttpResponse:
    """Without a step the file is only looked at; `check` says what storing would do; `store` does it."""
    metric = pushed_metric(request, key)
    if request.method == "GET":
        return _page(request, {"metric": metric, "form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    context: dict[str, Any] = {"metric": metric, "form": form}
    if not form.is_valid():
        return _page(request, context, status=422)
    try:
        with _as_file(form.cleaned_data["file"]) as path:
            return _step(request, context, text_file(path))
    except (UnreadableFile, InvalidMapping) as refused:
        form.add_error("file", str(refused))
        return _page(request, context, status=422)


def _step(request: MemberRequest, context: dict[str, Any], file: TextFile) -> HttpResponse:
    form: UploadForm = context["form"]
    look = _look(file)
    form.add_columns(look.columns)
    context |= {"look": look, "step": request.POST.get("step", "")}
    chosen = form.chosen(look.columns)
    missing = [str(form.fields[f"column_{name}"].label) for name in REQUIRED if name not in chosen]
    if not context["step"] or missing:
        context["missing"] = missing
        return _page(request, context, status=422 if context["step"] else 200)
    is_check = context["step"] != "store"
    mapping = Mapping(
        columns=chosen, constants={"metric": context["metric"].key}, date_formats=form.date_formats
    )
    with Report() as report:
        outcome = _run(context["metric"], file, mapping, report, dry_run=is_check)
    context |= {"outcome": outcome, "problems": report.first, "more_problems": max(report.count - SHOWN, 0)}
    if is_check or outcome.rows_reported:
        context["is_stored"] = not is_check
        return _page(request, context)
    return _done(request, context["metric"], outcome)


def _done(request: MemberRequest, metric: Metric, outcome: Outcome) -> HttpResponse:
    words = ngettext("%(count)s row was stored.", "%(count)s rows were stored.", outcome.rows_stored)
    messages.success(request, words % {"count": f"{outcome.rows_stored:,}"})
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("metrics:detail", args=[metric.key])})
    return redirect("metrics:detail", metric.key)


def _run(metric: Metric, file: TextFile, mapping: Mapping, report: Report, *, dry_run: bool) -> Outcome:
    importer = MeasurementImporter(metric.organization_id, SOURCE)
    manner = Manner(zone=metric.organization.zone, batch_size=BATCH, dry_run=dry_run)
    return import_file(file, importer, mapping, report, manner).outcome


def _look(file: TextFile) -> Look:
    with file.open() as (text, _binary):
        table = Table(text)
        rows = [row.values for row in islice(table, SAMPLE) if isinstance(row, Row)]
        return Look(table.columns, rows, file.codec, table.delimiter)


@contextmanager
def _as_file(upload: Any) -> Iterator[Path]:
    """The upload on disk for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="opsteam-upload-") as directory:
        path = Path(directory) / "upload.csv"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        yield path


def _page(request: MemberRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context["limit_text"] = _("At most 5 MB; the first row names the columns.")
    return render_page(request, "kpis/metric_upload.html", context, partial="look", status=status)
