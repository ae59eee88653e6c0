"""What a person wants to be told; and the way out that every mail has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from notifications import selectors, services
from notifications.forms import PreferencesForm, was_posted
from notifications.selectors.unsubscribing import unsubscribing
from people.access import MemberRequest, public, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: MemberRequest) -> HttpResponse:
    """What the reader is told, where and when."""
    actor = request.membership
    wishes = selectors.wishes_of([actor.pk])[actor.pk]
    chosen = selectors.preference_of(actor)
    form = PreferencesForm(
        was_posted(request),
        wishes=wishes,
        organization_zone=actor.organization.time_zone,
        initial={
            "time_zone": chosen.time_zone,
            "quiet_from": chosen.quiet_from,
            "quiet_until": chosen.quiet_until,
            "digest_hour": chosen.digest_hour,
        },
    )
    if request.method == "POST" and form.is_valid():
        names = ("time_zone", "quiet_from", "quiet_until", "digest_hour")
        hours = {name: form.cleaned_data[name] for name in names}
        try:
            services.set_preferences(by=actor, timings=form.timings(), **hours)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, _("Your choices are saved. They hold for messages that are waiting, too.")
            )
            return redirect("notifications:preferences")
    context = {"form": form, "own_room": selectors.own_room_of(actor), "channels": form.channels}
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)


@csrf_exempt
@public
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: MemberRequest, token: str) -> HttpResponse:
    """Asks first, without signing in; a POST ends the mails that the address names, or has them `again`.

    Mail programs POST by themselves. Needs no CSRF token: the signed address is the secret, and whoever holds it may
    do this.
    """
    has_asked = request.method == "POST"
    is_again = has_asked and "again" in request.POST
    if is_again:
        wanted = services.subscribe_again(token, request.POST.dict())
    else:
        wanted = services.unsubscribe(token) if has_asked else unsubscribing(token)
    language = wanted.membership.user.language or wanted.membership.organization.language
    context = {
        "timings": wanted.timings,
        "email": wanted.membership.user.email,
        "organization_name": wanted.membership.organization,
        "is_done": wanted.is_done or (has_asked and not is_again),
        "is_again": is_again,
    }
    with translation.override(language):
        return render(request, "notifications/unsubscribe.html", context)
