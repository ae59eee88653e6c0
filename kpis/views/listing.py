"""The list of KPIs."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.htmx import push_address, render_page
from kpis import selectors
from kpis.charts.listing import listed
from kpis.forms.listing import KpiListForm
from kpis.models import Kpi
from kpis.permissions import can_define_kpis
from people.access import MemberRequest, signed_in


@signed_in
@require_safe
def kpi_list(request: MemberRequest) -> HttpResponse:
    """Every KPI in use with its present value, or those that the address asks for."""
    form = KpiListForm(request.GET, actor=request.membership)
    form.is_valid()
    is_archive = bool(form.cleaned_data.get("archived"))
    kpis = Kpi.objects.visible_to(request.membership).select_related("owner__user")
    kpis = kpis.filter(archived_at__isnull=not is_archive)
    cards = selectors.cards(request.membership, archived=is_archive)
    every = listed(cards, kpis)
    shown = [each for each in every if form.matches(each.kpi, each.card.status)]
    context = {
        "form": form,
        "listed": shown,
        "is_archive": is_archive,
        "is_narrowed": form.narrows,
        "fresh_through": min((each.card.fresh_through for each in every), default=None),
        "zone": request.membership.organization.time_zone,
        "can_define": can_define_kpis(request.membership),
    }
    query = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    return push_address(request, render_page(request, "kpis/list.html", context, partial="rows"), query)
