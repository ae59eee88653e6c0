"""The SLA clock of a feedback item, in the reader's words."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.ui import duration
from feedback.choices import Status
from feedback.models import FeedbackItem
from feedback.selectors import NEAR_BREACH

register = template.Library()


@register.simple_tag
def reply_clock(item: FeedbackItem) -> SafeString:
    """How long until the first reply is due or how long it is overdue, or how long it took."""
    if item.reply_due_at is None:
        return SafeString("")
    if item.first_replied_at is not None:
        return _answered(item, item.first_replied_at)
    if item.status == Status.RESOLVED:
        return SafeString("")
    left = item.reply_due_at - timezone.now()
    if left < timedelta(0):
        return _pill("bad", _("Reply overdue by %(time)s") % {"time": _span(-left)}, item)
    tone = "warn" if left <= NEAR_BREACH else "info"
    return _pill(tone, _("Reply due in %(time)s") % {"time": _span(left)}, item)


def _answered(item: FeedbackItem, at: datetime) -> SafeString:
    taken = _span(at - item.opened_at)
    if item.reply_due_at is not None and at > item.reply_due_at:
        text = _("Answered late, after %(time)s") % {"time": taken}
    else:
        text = _("Answered after %(time)s") % {"time": taken}
    return format_html('<span class="small muted nowrap">{}</span>', text)


def _span(length: timedelta) -> str:
    return duration(max(length.total_seconds(), 60))


def _pill(tone: str, text: str, item: FeedbackItem) -> SafeString:
    return format_html(
        '<time class="pill" data-tone="{}" datetime="{}">{}</time>',
        tone,
        item.reply_due_at.isoformat() if item.reply_due_at else "",
        text,
    )
