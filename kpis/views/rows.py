"""The rows behind a number."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.htmx import render_page
from kpis import selectors
from kpis.charts.texts import span_text
from kpis.views.asking import series_form, with_changes
from people.access import MemberRequest, signed_in


@signed_in
@require_safe
def kpi_rows(request: MemberRequest, key: str) -> HttpResponse:
    """The facts that the KPI counts in a stretch of days, each with the page it came from."""
    form = series_form(request)
    of_denominator = request.GET.get("of") == "denominator"
    page = selectors.rows(
        request.membership,
        key,
        form.first_day,
        form.last_day,
        **form.narrowing,
        cursor=request.GET.get("cursor", ""),
        of_denominator=of_denominator,
    )
    context = {
        "kpi": page.kpi,
        "page": page,
        "zone": request.membership.organization.time_zone,
        "span": span_text(form.first_day, form.last_day),
        "narrowed": [
            form.cleaned_data[name] for name in ("team", "member", "label") if form.cleaned_data[name]
        ],
        "of_denominator": of_denominator,
        "next_url": with_changes(request, cursor=page.next_cursor) if page.next_cursor else "",
        "first_url": with_changes(request, cursor="") if request.GET.get("cursor") else "",
    }
    return render_page(request, "kpis/rows.html", context)
