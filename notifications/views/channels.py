"""Chat rooms: the organization's, and one's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import InvalidInput, NotAllowed
from notifications import selectors, services
from notifications.forms import RoomForm, was_posted
from notifications.models import ChatChannel
from notifications.permissions import can_manage_channels
from people.access import MemberRequest, signed_in


@signed_in
@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
def channel_list(request: MemberRequest) -> HttpResponse:
    """The organization's chat rooms; a POST adds one."""
    if not can_manage_channels(request.membership):
        raise NotAllowed
    form = RoomForm(was_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            room = services.add_room(by=request.membership, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("“%(name)s” is set up. Send a test message.") % {"name": room.name})
            return redirect("notifications:channel", room.pk)
    context = {"form": form, "rooms": selectors.rooms(request.membership)}
    return render(request, "notifications/channels.html", context, status=422 if form.errors else 200)


@signed_in
@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
def own_channel(request: MemberRequest) -> HttpResponse:
    """The reader's own chat room; a POST sets it up."""
    room = selectors.own_room_of(request.membership)
    if room is not None and request.method == "GET":
        return redirect("notifications:channel", room.pk)
    form = RoomForm(was_posted(request), is_own=True)
    if request.method == "POST" and form.is_valid():
        try:
            room = services.add_room(by=request.membership, name="", is_own=True, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            return redirect("notifications:channel", room.pk)
    context = {"form": form}
    return render(request, "notifications/own_channel.html", context, status=422 if form.errors else 200)


@signed_in
@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
def room_detail(request: MemberRequest, room_id: int) -> HttpResponse:
    """One chat room with what was posted last; a POST changes it."""
    room = services.own_room(request.membership, room_id)
    form = RoomForm(
        was_posted(request), is_own=room.owner_id is not None, is_new=False, initial=_initial(room)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_room(by=request.membership, room_id=room_id, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The chat channel is changed."))
            return redirect("notifications:channel", room_id)
    context = {
        "room": room,
        "form": form,
        "deliveries": selectors.posts_of(room)[:10],
        "is_own": room.owner_id is not None,
    }
    return render(request, "notifications/channel.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def room_test(request: MemberRequest, room_id: int) -> HttpResponse:
    """A test message is on its way."""
    services.test_room(by=request.membership, room_id=room_id)
    messages.info(request, _("A test message is on its way. What came of it is shown here in a moment."))
    return redirect("notifications:channel", room_id)


@signed_in
@require_http_methods(["GET", "POST"])
def room_removal(request: MemberRequest, room_id: int) -> HttpResponse:
    """Asks first; a POST removes the room and its secret."""
    room = services.own_room(request.membership, room_id)
    if request.method == "POST":
        services.remove_room(by=request.membership, room_id=room_id)
        messages.success(request, _("“%(name)s” is removed.") % {"name": room.name})
        return redirect("notifications:preferences" if room.owner_id else "notifications:channels")
    return render(request, "notifications/channel_removal.html", {"room": room})


def _initial(room: ChatChannel) -> dict[str, Any]:
    return {
        "name": room.name,
        "rules": room.rules,
        "language": room.language,
        "is_enabled": room.is_enabled,
    }
