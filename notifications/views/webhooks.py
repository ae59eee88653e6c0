"""Webhooks: which systems are told what happens, and what was sent to them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activity.registry import verbs
from activity.selectors import Told, last_change, rows_told
from common.editing import Difference
from common.errors import InvalidInput, StaleVersion
from common.htmx import render_page
from common.paging import page_of
from notifications.forms import ReplayForm, WebhookForm, WebhookLogForm
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.selectors import webhooks as selectors
from notifications.services import webhooks as services
from people.access import MemberRequest, signed_in

DETAIL = "notifications/webhooks/detail.html"
# Which entry of the list of settings is the present one.
HERE = {"settings_page": "notifications:webhooks"}


@signed_in
@require_GET
def webhook_list(request: MemberRequest) -> HttpResponse:
    """Every webhook of the organization."""
    endpoints = selectors.endpoint_list(request.membership).order_by("id")
    return render(request, "notifications/webhooks/list.html", {"endpoints": endpoints})


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_new(request: MemberRequest) -> HttpResponse:
    """A POST adds a webhook and shows its secret, this once."""
    selectors.refuse_readers(request.membership)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            endpoint, secret = services.create_endpoint(
                by=request.membership,
                url=given["url"],
                event_types=given["event_types"],
                description=given["description"],
            )
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            return _detail(request, endpoint.pk, secret=secret, status=201)
    return _form(request, form, None)


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_edit(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """A POST changes address, description and events."""
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    names = ("url", "description", "event_types")
    initial = {name: getattr(endpoint, name) for name in (*names, "version")}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.edit_endpoint(
                by=request.membership,
                endpoint_id=endpoint_id,
                changes={name: given[name] for name in names},
                version=given["version"],
            )
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            endpoint.refresh_from_db()
            form.take_version(endpoint.version)
            return _form(request, form, endpoint, differences=form.merge())
        else:
            messages.success(request, _("The webhook was saved."))
            return redirect("notifications:webhook", endpoint_id)
    return _form(request, form, endpoint)


@signed_in
@require_GET
def webhook_detail(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """One webhook and what was sent to it, by state and event."""
    return _detail(request, endpoint_id)


@signed_in
@require_POST
def webhook_ping(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """A test event is on its way."""
    services.ping_endpoint(by=request.membership, endpoint_id=endpoint_id)
    messages.success(request, _("A test is on its way; it appears in the log below in a moment."))
    return redirect("notifications:webhook", endpoint_id)


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_secret(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """Asks first; a POST makes a new secret and shows it, this once."""
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    if request.method == "POST":
        _endpoint, secret = services.rotate_secret(by=request.membership, endpoint_id=endpoint_id)
        return _detail(request, endpoint_id, secret=secret, status=201)
    return _ask(
        request,
        endpoint,
        title=_("New secret"),
        text=_(
            "For 24 hours messages are signed with both secrets, so that the receiver can change in peace."
        ),
        action=_("Make a new secret"),
    )


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_disablement(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """Asks first; a POST switches the webhook off."""
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    if request.method == "POST":
        services.disable_endpoint(by=request.membership, endpoint_id=endpoint_id)
        messages.success(request, _("The webhook is switched off."))
        return redirect("notifications:webhook", endpoint_id)
    return _ask(
        request,
        endpoint,
        title=_("Switch off"),
        text=_(
            "Nothing is sent there any more. What waits now, and what happens until it is switched on, is not sent."
        ),
        action=_("Switch it off"),
    )


@signed_in
@require_POST
def webhook_enablement(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """The webhook is switched on and acts for whoever did it."""
    services.enable_endpoint(by=request.membership, endpoint_id=endpoint_id)
    messages.success(request, _("The webhook is switched on. What failed before can be sent again below."))
    return redirect("notifications:webhook", endpoint_id)


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_removal(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """Asks first; a POST deletes the webhook with its log."""
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    if request.method == "POST":
        services.delete_endpoint(by=request.membership, endpoint_id=endpoint_id)
        messages.success(request, _("The webhook was deleted."))
        return redirect("notifications:webhooks")
    return _ask(
        request,
        endpoint,
        title=_("Delete the webhook"),
        text=_("Its secret and its log are deleted with it. This cannot be undone."),
        action=_("Delete it"),
        tone="danger",
    )


@signed_in
@require_http_methods(["GET", "POST"])
def webhook_replays(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    """A POST sends everything again that did not arrive since then."""
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    form = ReplayForm(request.POST or None, initial={"since": timezone.now() - timedelta(days=7)})
    if request.method == "POST" and form.is_valid():
        count = services.replay_failed(
            by=request.membership, endpoint_id=endpoint_id, since=form.cleaned_data["since"]
        )
        told = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
        messages.success(request, told % {"count": count})
        return redirect("notifications:webhook", endpoint_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "endpoint": endpoint, **HERE}
    return render(request, "notifications/webhooks/replays.html", context, status=status)


@signed_in
@require_GET
def webhook_delivery(request: MemberRequest, endpoint_id: int, delivery_id: int) -> HttpResponse:
    """One message: what was sent, and what came of it."""
    delivery = selectors.get_delivery(request.membership, endpoint_id, delivery_id)
    ((_delivery, words, told),) = _told(request, [delivery])
    context = {"delivery": delivery, "endpoint": delivery.endpoint, "words": words, "told": told, **HERE}
    return render(request, "notifications/webhooks/delivery.html", context)


@signed_in
@require_POST
def webhook_replay(request: MemberRequest, endpoint_id: int, delivery_id: int) -> HttpResponse:
    """One message is sent again under the same id."""
    services.replay_delivery(by=request.membership, endpoint_id=endpoint_id, delivery_id=delivery_id)
    messages.success(request, _("It is on its way again."))
    return redirect("notifications:webhook-delivery", endpoint_id, delivery_id)


def _detail(request: MemberRequest, endpoint_id: int, *, secret: str = "", status: int = 200) -> HttpResponse:
    endpoint = selectors.get_endpoint(request.membership, endpoint_id)
    form = WebhookLogForm(request.GET)
    wanted = form.wanted()
    log = selectors.delivery_list(request.membership, endpoint_id).filter(**wanted).order_by("-id")
    page = page_of(request, log.select_related("event"), wanted)
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "form": form,
        "deliveries": _told(request, page.rows),
        "is_filtered": bool(wanted),
        "failed": selectors.failed_count(endpoint),
        "now": timezone.now(),
        **page.links,
        **HERE,
    }
    return render_page(request, DETAIL, context, partial="log", status=status)


def _told(
    request: MemberRequest, deliveries: Sequence[WebhookDelivery]
) -> list[tuple[WebhookDelivery, Promise | str, Told]]:
    """Each with its event in words and the row that the event is about."""
    rows, words = [(each.event.subject_type, each.event.subject_id) for each in deliveries], verbs()
    told = rows_told(request.membership, rows)
    return [
        (each, words.get(each.verb, each.verb), told[row]) for each, row in zip(deliveries, rows, strict=True)
    ]


def _form(
    request: MemberRequest,
    form: WebhookForm,
    endpoint: WebhookEndpoint | None,
    *,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "endpoint": endpoint, "differences": differences, **HERE}
    status = 409 if differences is not None else 422 if form.is_bound else 200
    if differences is not None and endpoint is not None:
        context["last_change"] = last_change(endpoint)
    return render(request, "notifications/webhooks/form.html", context, status=status)


def _ask(request: MemberRequest, endpoint: WebhookEndpoint, **words: Any) -> HttpResponse:
    return render(
        request, "notifications/webhooks/confirmation.html", {"endpoint": endpoint, **words, **HERE}
    )
