"""The ways a message leaves the house."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from notifications.selectors import Letter


def send_email(letter: Letter, *, message_id: str) -> None:
    """The mail server has taken the message, in the recipient's language and the organization's time zone.

    Outside any transaction; raises what `smtplib` raises, after at most `EMAIL_TIMEOUT` seconds per step.
    """
    recipient = letter.recipient
    organization = recipient.organization
    context = {
        **letter.context,
        "recipient": recipient.user,
        "organization": organization,
        "link": settings.SITE_URL + letter.path,
    }
    language = recipient.user.language or organization.language
    with translation.override(language), timezone.override(organization.zone):
        subject, text, html = (
            render_to_string(f"notifications/{letter.template}{part}", context)
            for part in (".txt#subject", ".txt", ".html")
        )
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text.strip() + "\n",
        from_email=formataddr((settings.EMAIL_FROM_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[recipient.user.email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": language},
        alternatives=[(html, "text/html")],
    )
    message.send()
