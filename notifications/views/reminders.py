"""When the organization reminds its people, and on which days it works."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import InvalidInput, NotAllowed
from notifications import selectors, services
from notifications.forms import ReminderRuleForm, SpecialDayForm, WorkCalendarForm, was_posted
from notifications.permissions import can_manage_reminders
from people.access import MemberRequest, signed_in
from tasks import services as tasks
from tasks.workdays import Workdays, special_days_of, workdays_of

SHOWN_DAYS = 14


@signed_in
@require_http_methods(["GET", "POST"])
def reminders(request: MemberRequest) -> HttpResponse:
    """Every reminder rule; a POST changes them together."""
    if not can_manage_reminders(request.membership):
        raise NotAllowed
    is_posted = request.method == "POST"
    forms = [
        ReminderRuleForm(was_posted(request), rule=rule)
        for rule in selectors.reminder_rules(request.membership)
    ]
    if is_posted and all(form.is_valid() for form in forms):
        for form in forms:
            if form.has_changed():
                services.change_reminder_rule(by=request.membership, kind=form.rule.kind, **form.cleaned_data)
        messages.success(request, _("The reminders are changed."))
        return redirect("notifications:reminders")
    return render(
        request, "notifications/reminders.html", _context(request, forms), status=422 if is_posted else 200
    )


@signed_in
@require_POST
def calendar(request: MemberRequest) -> HttpResponse:
    """Public holidays and days of rest are changed."""
    form = WorkCalendarForm(request.POST)
    if form.is_valid():
        try:
            days = [int(day) for day in form.cleaned_data["rest_days"]]
            tasks.set_work_calendar(by=request.membership, **{**form.cleaned_data, "rest_days": days})
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The working days are changed."))
            return redirect("notifications:reminders")
    return _refused(request, calendar_form=form)


@signed_in
@require_POST
def special_days(request: MemberRequest) -> HttpResponse:
    """A day is worked, or free, whatever the calendar says."""
    form = SpecialDayForm(request.POST)
    if not form.is_valid():
        return _refused(request, day_form=form)
    tasks.set_special_day(by=request.membership, **form.cleaned_data)
    messages.success(request, _("The working days are changed."))
    return redirect("notifications:reminders")


@signed_in
@require_POST
def special_day_removal(request: MemberRequest, day_id: int) -> HttpResponse:
    """The calendar decides about that day again."""
    tasks.remove_special_day(by=request.membership, day_id=day_id)
    return redirect("notifications:reminders")


def _refused(request: MemberRequest, **shown: object) -> HttpResponse:
    if not can_manage_reminders(request.membership):
        raise NotAllowed
    forms = [ReminderRuleForm(rule=rule) for rule in selectors.reminder_rules(request.membership)]
    return render(request, "notifications/reminders.html", {**_context(request, forms), **shown}, status=422)


def _context(request: MemberRequest, forms: list[ReminderRuleForm]) -> dict[str, object]:
    organization = request.membership.organization
    workdays = workdays_of(organization)
    initial = {
        "country": workdays.country,
        "subdivision": workdays.subdivision,
        "rest_days": [str(day) for day in sorted(workdays.rest_days)],
    }
    return {
        "forms": forms,
        "calendar_form": WorkCalendarForm(initial=initial),
        "day_form": SpecialDayForm(),
        "special_days": special_days_of(organization),
        "days": _next_days(workdays),
    }


def _next_days(workdays: Workdays) -> list[tuple[object, bool]]:
    """The coming two weeks, so that everybody sees what the calendar means."""
    today = timezone.localdate()
    days = [today + timedelta(days=number) for number in range(SHOWN_DAYS)]
    return [(day, workdays.is_working(day)) for day in days]
