"""The log of what was sent, and sending again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activity.selectors import rows_told
from common.addresses import own_address
from common.errors import NotAllowed
from common.htmx import render_page
from common.paging import page_of
from notifications import selectors, services
from notifications.choices import State
from notifications.forms import DeliveryFilterForm
from notifications.permissions import can_manage_channels
from people.access import MemberRequest, signed_in


@signed_in
@require_GET
def deliveries(request: MemberRequest) -> HttpResponse:
    """Every message of the organization, newest first, by state, channel and rule."""
    if not can_manage_channels(request.membership):
        raise NotAllowed
    form = DeliveryFilterForm(request.GET)
    wanted = form.wanted()
    log = selectors.delivery_log(request.membership)
    page = page_of(request, log.filter(**wanted), wanted)
    told = rows_told(request.membership, ((row.subject_type, row.subject_id) for row in page.rows))
    context = {
        "form": form,
        "deliveries": [(row, told[row.subject_type, row.subject_id]) for row in page.rows],
        "is_filtered": bool(wanted),
        "dead": selectors.given_up(request.membership).count(),
        "repeatable": (State.DEAD, State.UNCERTAIN),
        "here": request.get_full_path(),
        **page.links,
    }
    return render_page(request, "notifications/deliveries.html", context, partial="rows")


@signed_in
@require_POST
def delivery_repetition(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """What was given up is tried again."""
    services.send_again(by=request.membership, delivery_id=delivery_id)
    messages.success(request, _("It is on its way again."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return own_address(request.POST.get("next", ""), resolve_url("notifications:deliveries"))
