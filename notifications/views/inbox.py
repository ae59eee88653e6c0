"""The inbox and its bell."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.addresses import own_address
from common.htmx import render_page
from common.paging import page_of
from notifications import selectors, services
from notifications.models import InboxItem
from people.access import MemberRequest, signed_in

MOST_SHOWN = 99
LATEST = 7


@signed_in
@require_GET
def inbox(request: MemberRequest) -> HttpResponse:
    """The reader's messages, newest first; `?show=unread` leaves out what was read."""
    only_unread = request.GET.get("show") == "unread"
    items = selectors.inbox_of(request.membership)
    query = {"show": "unread"} if only_unread else {}
    page = page_of(request, items.filter(read_at__isnull=True) if only_unread else items, query)
    address = reverse("notifications:inbox")
    context = {
        "items": page.rows,
        "only_unread": only_unread,
        "has_unread": any(item.read_at is None for item in page.rows),
        "views": [(address, False), (f"{address}?show=unread", True)],
        "here": request.get_full_path(),
        "through": page.rows[0].pk if page.rows else "",
        **page.links,
    }
    return render_page(request, "notifications/inbox.html", context, partial="rows")


@signed_in
@require_GET
def latest(request: MemberRequest) -> HttpResponse:
    """The newest messages as the bell's menu shows them."""
    newest = selectors.inbox_of(request.membership)[:LATEST]
    return render(request, "notifications/latest.html", {"items": newest})


@signed_in
@require_GET
def bell(request: MemberRequest) -> HttpResponse:
    """The bell with its number, for the frame to ask now and then; 304 while the number is the same.

    The piece itself names its number as `If-None-Match`: the pages of this house are never stored by browsers.
    """
    unread = selectors.unread_count(request.membership)
    etag = f'"{unread}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    shown = f"{MOST_SHOWN}+" if unread > MOST_SHOWN else str(unread)
    context = {"unread": unread, "shown": shown, "headers": json.dumps({"If-None-Match": etag})}
    response = render(request, "notifications/bell.html", context)
    response["ETag"] = etag
    return response


@signed_in
@require_POST
def item(request: MemberRequest, item_id: int) -> HttpResponse:
    """The message is read, and leads to what it is about."""
    found = services.mark(by=request.membership, item_id=item_id, is_read=True)
    return redirect(own_address(found.path, reverse("notifications:inbox")))


@signed_in
@require_POST
def reading(request: MemberRequest, item_id: int) -> HttpResponse:
    """The message is read, or with `unread` it is not."""
    changed = services.mark(by=request.membership, item_id=item_id, is_read="unread" not in request.POST)
    return _answer(request, changed)


@signed_in
@require_POST
def reading_all(request: MemberRequest) -> HttpResponse:
    """Everything that the reader has seen is read."""
    through = request.POST.get("through", "")
    is_number = through.isascii() and through.isdecimal() and len(through) < 19
    services.mark_all_read(by=request.membership, through_id=int(through) if is_number else None)
    return redirect(_back(request))


def _answer(request: MemberRequest, changed: InboxItem) -> HttpResponse:
    if request.htmx:
        context = {"item": changed, "here": _back(request)}
        return render(request, "notifications/inbox_row.html", context)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return own_address(request.POST.get("next", ""), resolve_url("notifications:inbox"))
