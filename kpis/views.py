"""Pages of the KPIs: the list, one KPI with its series, the rows behind a number, its targets."""

import csv
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import InvalidInput, NotAllowed, NotVisible
from common.htmx import render_page
from kpis import charts, selectors, services
from kpis.choices import Grain
from kpis.forms import SeriesForm, TargetForm
from kpis.library import formula_of
from kpis.models import Kpi
from kpis.permissions import can_define_kpis
from people.access import MemberRequest, signed_in

CSV_HEADER = (
    "period_start",
    "period_end",
    "value",
    "unit",
    "n",
    "numerator",
    "denominator",
    "target",
    "status",
    "finality",
)


@signed_in
@require_safe
def kpi_list(request: MemberRequest) -> HttpResponse:
    """Every KPI with its present value."""
    return render_page(request, "kpis/list.html", {"cards": selectors.cards(request.membership)})


@signed_in
@require_safe
def kpi_detail(request: MemberRequest, key: str) -> HttpResponse:
    """One KPI: how it stands, its series as chart and table, how it is computed."""
    actor = request.membership
    form = _series_form(request)
    asked = selectors.series_request(
        actor, key, form.grain_asked, form.first_day, form.last_day, team_id=form.team_id
    )
    series = selectors.read_series(asked)
    rows = charts.rows_of(series, form.team_id)
    context = {
        "kpi": series.kpi,
        "defined": asked.defined,
        "series": series,
        "form": form,
        "rows": rows[::-1],
        "chart": charts.chart_of(series, rows),
        "grains": _grain_links(request, form),
        "csv_url": f"{reverse('kpis:series-csv', args=[key])}?{request.GET.urlencode()}",
    }
    if not request.htmx:
        current = selectors.current_values(actor.organization_id, [series.kpi.pk])
        context |= {
            "current": current[series.kpi.pk],
            "formula": formula_of(key, series.definition_version),
            "may_edit": can_define_kpis(actor),
        }
    return render_page(request, "kpis/detail.html", context, partial="series")


@signed_in
@require_safe
def kpi_series_csv(request: MemberRequest, key: str) -> HttpResponse:
    """The series of the page as a file; every cell is a number, a date or a word of ours."""
    form = _series_form(request)
    series = selectors.series(
        request.membership, key, form.grain_asked, form.first_day, form.last_day, team_id=form.team_id
    )
    name = f"{key}-{series.grain}-{form.first_day}-{form.last_day}.csv"
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(CSV_HEADER)
    for point in series.points:
        writer.writerow(
            [
                point.starts_on,
                point.ends_on,
                point.value,
                series.kpi.unit,
                point.n,
                point.numerator,
                point.denominator,
                point.target,
                point.status,
                point.finality,
            ]
        )
    return response


@signed_in
@require_safe
def kpi_rows(request: MemberRequest, key: str) -> HttpResponse:
    """The facts that the KPI counts in a stretch of days, each with the page it came from."""
    form = _series_form(request)
    of_denominator = request.GET.get("of") == "denominator"
    page = selectors.rows(
        request.membership,
        key,
        form.first_day,
        form.last_day,
        form.team_id,
        cursor=request.GET.get("cursor", ""),
        of_denominator=of_denominator,
    )
    context = {
        "kpi": page.kpi,
        "page": page,
        "first_on": form.first_day,
        "last_on": form.last_day,
        "team": form.cleaned_data["team"],
        "of_denominator": of_denominator,
        "next_url": _with(request, cursor=page.next_cursor) if page.next_cursor else "",
        "first_url": _with(request, cursor="") if request.GET.get("cursor") else "",
    }
    return render_page(request, "kpis/rows.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def kpi_target(request: MemberRequest, key: str) -> HttpResponse:
    """Set the target from a day on. Managers only."""
    found = selectors.defined_kpis(Kpi.objects.visible_to(request.membership).filter(key=key))
    if not found:
        raise NotVisible
    if not can_define_kpis(request.membership):
        raise NotAllowed
    defined = found[0]
    present = next(iter(defined.targets), None)
    form = TargetForm(request.POST or None, kpi=defined.kpi, today=timezone.localdate(), present=present)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(by=request.membership, key=key, **form.stored)
        except InvalidInput as error:
            for field, sentences in error.fields.items():
                form.add_error(field, [str(sentence) for sentence in sentences])
        else:
            messages.success(request, _("The target was saved."))
            return redirect("kpis:detail", key)
    context = {"kpi": defined.kpi, "defined": defined, "form": form}
    return render(request, "kpis/target.html", context, status=422 if form.is_bound else 200)


def _series_form(request: MemberRequest) -> SeriesForm:
    """The valid form of the address; refuses what cannot be, another organization's team included."""
    form = SeriesForm(request.GET, actor=request.membership, today=timezone.localdate())
    if not form.is_valid():
        problems = form.errors.get_json_data()
        raise InvalidInput(
            {form.add_prefix(name): [each["message"] for each in found] for name, found in problems.items()}
        )
    return form


def _grain_links(request: MemberRequest, form: SeriesForm) -> list[tuple[Grain, str, bool]]:
    return [(grain, _with(request, grain=grain), grain == form.grain_asked) for grain in Grain]


def _with(request: MemberRequest, **changed: str) -> str:
    """The present address with some of its questions changed; empty ones are left out."""
    asked: dict[str, Any] = {**request.GET.dict(), **changed}
    return f"{request.path}?{urlencode({name: value for name, value in asked.items() if value})}"
