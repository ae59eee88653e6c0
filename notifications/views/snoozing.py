"""Being reminded later: from the inbox, and from the link in a mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from notifications import selectors, services
from notifications.forms import SnoozeForm, was_posted
from people.access import MemberRequest, signed_in
from tasks.workdays import workdays_of


@signed_in
@require_http_methods(["GET", "POST"])
def snooze(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """Asks until when; a POST silences the reader's reminders of this thing until then."""
    actor = request.membership
    delivery = services.snoozable(actor, delivery_id)
    zone = selectors.wishes_of([actor.pk])[actor.pk].zone
    form = SnoozeForm(was_posted(request), zone=zone, workdays=workdays_of(actor.organization))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.snooze(by=actor, delivery_id=delivery_id, until=form.moment)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            until = date_format(made.until.astimezone(zone), "DATETIME_FORMAT")
            messages.success(request, _("You will be reminded again on %(until)s.") % {"until": until})
            return redirect("notifications:inbox")
    letter = selectors.letter_for(delivery)
    context = {
        "form": form,
        "about": letter.said.about if letter else "",
        "path": letter.said.path if letter else reverse("notifications:inbox"),
        "rule": delivery.get_rule_display(),
    }
    return render(request, "notifications/snooze.html", context, status=422 if form.errors else 200)
