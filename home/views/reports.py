"""Home and the weekly report on paper and in files: the same blocks, told otherwise."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import NotVisible
from common.htmx import render_page
from common.importing.report import safe_cell
from home.blocks import HOME, REPORT, Block, Reading, Table
from home.letters import report_scope
from home.paper.documents import document
from home.paper.making import TYPES, made_file
from home.views.board import board_context, parts_of, wanted_by
from home.weeks import Week, last_week, week_called, week_named
from people.access import MemberRequest, signed_in
from people.filters import EVERY_TEAM


@signed_in
@require_safe
def newest_report(request: MemberRequest) -> HttpResponse:
    """The report of the last week that is over, of the team that the address names."""
    week, asked = last_week(timezone.localdate()), wanted_by(request)
    address = reverse("home:report", args=[week.year, week.number])
    return redirect(f"{address}?team={asked.team_id or EVERY_TEAM}")


@signed_in
@require_safe
def weekly_report(request: MemberRequest, year: int, week: int) -> HttpResponse:
    """How a week went, and how things stand; made to be printed."""
    asked = week_named(year, week, timezone.localdate())
    reading = _report(request, asked)
    context = {
        **board_context(request, reading, parts_of(reading, REPORT)),
        "week": asked,
        "next_week": asked.after if asked.after.monday < reading.scope.today else None,
    }
    return render_page(request, "home/report.html", context)


@signed_in
@require_safe
def weekly_report_csv(request: MemberRequest, year: int, week: int) -> HttpResponse:
    """The report as a file."""
    asked = week_named(year, week, timezone.localdate())
    return _csv(f"weekly-report-{asked.name}.csv", _tables(_report(request, asked), REPORT))


@signed_in
@require_safe
def weekly_report_file(request: MemberRequest, name: str, form: str) -> HttpResponse:
    """The report on paper, or as a picture."""
    kind, asked = _type_of(form), week_called(name, timezone.localdate())
    title = _("Week %(week)s of %(year)s") % {"week": asked.number, "year": asked.year}
    told = _told(title, _report(request, asked), REPORT)
    return _attached(made_file(told, form), kind, f"weekly-report-{asked.name}.{form}")


@signed_in
@require_safe
def home_csv(request: MemberRequest) -> HttpResponse:
    """Home as its address asks for it, as a file."""
    reading = Reading(request.membership, wanted_by(request))
    return _csv(f"{_home_name(reading)}.csv", _tables(reading, HOME))


@signed_in
@require_safe
def home_file(request: MemberRequest, form: str) -> HttpResponse:
    """Home as its address asks for it, on paper or as a picture."""
    kind, reading = _type_of(form), Reading(request.membership, wanted_by(request))
    told = _told(_("Operations today"), reading, HOME)
    return _attached(made_file(told, form), kind, f"{_home_name(reading)}.{form}")


def _home_name(reading: Reading) -> str:
    return f"home-{reading.scope.first_on}-{reading.scope.last_on}"


def _told(title: str, reading: Reading, readers: Iterable[Callable[[Reading], Block]]) -> dict[str, Any]:
    scope = reading.scope
    days = " – ".join(date_format(day, "DATE_FORMAT") for day in (scope.first_on, scope.last_on))
    subtitle = " · ".join((scope.team.name if scope.team else _("Everybody"), days))
    return document(reading.actor, title, subtitle, _tables(reading, readers))


def _type_of(form: str) -> str:
    if form not in TYPES:
        raise NotVisible
    return TYPES[form]


def _tables(reading: Reading, readers: Iterable[Callable[[Reading], Block]]) -> list[Table]:
    return [table for read in readers for table in read(reading).tables()]


def _report(request: MemberRequest, week: Week) -> Reading:
    actor = request.membership
    return Reading(actor, report_scope(week, actor, wanted_by(request).team_id))


def _attached(content: bytes | str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _csv(name: str, tables: Sequence[Table]) -> HttpResponse:
    """All tables below each other, each under its title; for spreadsheet programs, and no text starts a formula."""
    response = _attached("\ufeff", "text/csv; charset=utf-8", name)
    writer = csv.writer(response)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow([safe_cell(table.title)])
        for row in (table.columns, *table.rows):
            writer.writerow([safe_cell(cell) for cell in row])
    return response
