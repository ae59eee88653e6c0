"""What people read."""

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.models import Delivery
from notifications.services import send_due
from people.choices import Language
from tests.conftest import Cast
from tests.notifications.conftest import assigned_delivery, open_task

Mailbox = list[EmailMultiAlternatives]


def html_of(message: EmailMultiAlternatives) -> str:
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return str(html)


def test_a_reminder_names_goal_date_and_link_as_text_and_html(
    reminder: Callable[..., Delivery], mailoutbox: Mailbox
) -> None:
    delivery = reminder(next_review_on=date(2026, 5, 4))
    send_due()
    (message,) = mailoutbox
    link = f"{settings.SITE_URL}/goals/{delivery.subject_id}/"
    assert message.to == ["ana@example.test"]
    assert message.subject == "Due for review: Answer within an hour"
    for body in (message.body, html_of(message)):
        assert "Hello Ana" in body
        assert "“Answer within an hour”" in body
        assert "4 May 2026" in body
        assert link in body


def test_headers_mark_it_as_automatic_and_carry_the_planned_message_id(
    reminder: Callable[..., Delivery], mailoutbox: Mailbox
) -> None:
    delivery = reminder()
    send_due()
    sent = mailoutbox[0].message()
    assert sent["Message-ID"] == delivery.message_id
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["From"] == "opsteam <opsteam@localhost>"


def test_it_is_written_in_the_recipients_language(
    cast: Cast, reminder: Callable[..., Delivery], mailoutbox: Mailbox
) -> None:
    cast.ana.user.language = Language.CHINESE
    cast.ana.user.save()
    reminder(next_review_on=date(2026, 5, 4))
    send_due()
    (message,) = mailoutbox
    assert message.subject == "目标待回顾：一小时内回复"
    assert "2026年5月4日" in message.body
    assert 'lang="zh-hans"' in html_of(message)
    assert "Hello" not in message.body + html_of(message)


def test_without_a_language_of_their_own_it_is_the_organizations(
    cast: Cast, reminder: Callable[..., Delivery], mailoutbox: Mailbox
) -> None:
    cast.ana.user.language = ""
    cast.ana.user.save()
    reminder()
    send_due()
    assert mailoutbox[0].subject.startswith("目标待回顾")


def test_a_notice_names_task_and_due_day(cast: Cast, mailoutbox: Mailbox) -> None:
    assigned_delivery(open_task(cast, due_on=date(2026, 12, 1)))
    assigned_delivery(open_task(cast, title="Order ink"))
    send_due()
    dated, undated = mailoutbox
    assert dated.subject == "Your task: Call the customer back"
    assert "due on 1 Dec 2026" in dated.body
    assert "no due date" in undated.body


@pytest.mark.parametrize("title", ["<b>Tom & Jerry</b>", "a\nBcc: everyone@example.test\n\nbody"])
def test_a_title_is_text_in_the_subject_and_escaped_in_html(
    cast: Cast, mailoutbox: Mailbox, title: str
) -> None:
    assigned_delivery(open_task(cast, title=title))
    send_due()
    (message,) = mailoutbox
    assert message.subject == "Your task: " + " ".join(title.split())
    assert "<b>" not in html_of(message)
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["ben@example.test"]
