"""Letters by mail: text and HTML, in the reader's language, one thread per thing, with a way out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from notifications.choices import REMINDERS, Rule, Timing
from notifications.selectors import Addressee, Letter
from notifications.selectors.unsubscribing import unsubscribe_path


def send_email(letter: Letter, *, message_id: str) -> None:
    """The mail server has taken the message, in the reader's language and the organization's time zone.

    Outside any transaction; raises what `smtplib` raises, after at most `EMAIL_TIMEOUT` seconds per step.
    """
    to, said, delivery = letter.to, letter.said, letter.delivery
    words = f"notifications/{said.template}.txt"
    with _reading(to):
        context = {
            **_frame(to, [delivery.rule]),
            **said.context,
            "sentence": f"{words}#sentence",
            "action": f"{words}#action",
            "link": settings.SITE_URL + said.path,
            "snooze_link": _snooze_link(letter),
        }
        parts = _rendered(words, "notifications/letter", context)
    headers = {"Message-ID": message_id}
    if to.membership_id is not None:
        thread = _thread(delivery.organization_id, delivery.subject_type, delivery.subject_id)
        headers |= {"In-Reply-To": thread, "References": thread}
    _send(to, parts, headers, context)


def send_digest(letters: Sequence[Letter], *, batch: UUID) -> None:
    """The mail server has taken one message with all of these letters of one reader, grouped by rule. As above."""
    to = letters[0].to
    with _reading(to):
        groups: dict[Rule, list[dict[str, str]]] = {}
        for letter in letters:
            about = " ".join(str(letter.said.about).split())
            line = {"text": about, "link": settings.SITE_URL + letter.said.path}
            groups.setdefault(Rule(letter.delivery.rule), []).append(line)
        context = {
            **_frame(to, list(groups)),
            "groups": [(rule.label, lines) for rule, lines in sorted(groups.items())],
            "count": len(letters),
            "has_waited": any(letter.delivery.timing == Timing.AT_ONCE for letter in letters),
            "link": settings.SITE_URL + reverse("notifications:inbox"),
        }
        parts = _rendered("notifications/digest.txt", "notifications/digest", context)
    _send(to, parts, {"Message-ID": f"<{batch}@{_domain()}>"}, context)


@contextmanager
def _reading(to: Addressee) -> Iterator[None]:
    """As the reader reads: language and clock."""
    with translation.override(to.language), timezone.override(to.organization.zone):
        yield


def _frame(to: Addressee, rules: Sequence[str]) -> dict[str, Any]:
    """What every letter has around it; only members can choose what they get."""
    context: dict[str, Any] = {"name": to.name, "organization": to.organization}
    if to.membership_id is not None:
        context["unsubscribe_link"] = settings.SITE_URL + unsubscribe_path(
            to.organization.pk, to.membership_id, rules
        )
        context["preferences_link"] = settings.SITE_URL + reverse("notifications:preferences")
    return context


def _rendered(words: str, frame: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML. Only the HTML escapes what people wrote."""
    subject = " ".join(_plain(f"{words}#subject", context).split())
    html = render_to_string(f"{frame}.mail", {**context, "subject": subject})
    return subject, _plain(f"{frame}.txt", context).strip() + "\n", html


def _plain(template: str, context: dict[str, Any]) -> str:
    found: Any = get_template(template)
    return str(found.template.render(Context(context, autoescape=False)))


def _snooze_link(letter: Letter) -> str:
    """Only what comes again can be put off."""
    if letter.delivery.rule not in REMINDERS:
        return ""
    return settings.SITE_URL + reverse("notifications:snooze", args=[letter.delivery.pk])


def _thread(organization_id: int, subject_type: str, subject_id: int) -> str:
    """The root that all letters about one thing answer to; it is never sent itself."""
    return f"<{subject_type}.{subject_id}.{organization_id}@{_domain()}>"


def _domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _send(
    to: Addressee, parts: tuple[str, str, str], headers: dict[str, str], context: dict[str, Any]
) -> None:
    subject, text, html = parts
    headers = {**headers, "Auto-Submitted": "auto-generated", "Content-Language": to.language}
    if "unsubscribe_link" in context:
        # RFC 8058: mail programs offer one click, and POST to this address.
        headers["List-Unsubscribe"] = f"<{context['unsubscribe_link']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((settings.EMAIL_FROM_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[to.address],
        headers=headers,
        alternatives=[(html, "text/html")],
    )
    message.send()
