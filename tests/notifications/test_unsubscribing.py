"""The way out of every mail (RFC 8058), and the thread that the mails about one thing make."""

import re

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from notifications import jobs, services
from notifications.choices import Channel, Rule, Timing
from notifications.models import RulePreference
from tests.conftest import Cast
from tests.notifications.conftest import open_task, tell

Mailbox = list[EmailMultiAlternatives]


def way_out(message: EmailMultiAlternatives) -> str:
    """The path of the address in the mail's header."""
    header = str(message.message()["List-Unsubscribe"]).replace("\n", "").replace(" ", "")
    found = re.fullmatch(r"<(.+)>", header)
    assert found
    assert found[1].startswith(settings.SITE_URL)
    return found[1].removeprefix(settings.SITE_URL)


@pytest.fixture
def address(cast: Cast, mailoutbox: Mailbox) -> str:
    """The way out of a mail to ben."""
    tell(open_task(cast))
    jobs.send_due()
    return way_out(mailoutbox[0])


def test_looking_changes_nothing_and_one_click_without_signing_in_ends_it(
    cast: Cast, address: str, mailoutbox: Mailbox
) -> None:
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(address)
    assert page.status_code == 200
    assert "ben@example.test" in page.content.decode()
    assert not RulePreference.objects.exists()
    assert mailoutbox[0].message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for _ in range(2):
        assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    chosen = RulePreference.objects.get()
    assert (chosen.membership, chosen.rule, chosen.channel, chosen.timing) == (
        cast.ben,
        Rule.TASK_ASSIGNED,
        Channel.EMAIL,
        Timing.OFF,
    )
    tell(open_task(cast))
    jobs.send_due()
    assert len(mailoutbox) == 1


def test_a_changed_address_is_nobodys(address: str) -> None:
    for wrong in (address[:-3] + "xx/", "/unsubscribe/x/", address.replace(":", "%00", 1)):
        assert Client().post(wrong).status_code in (400, 404)
    assert not RulePreference.objects.exists()


def test_a_digests_way_out_names_what_it_held(cast: Cast, mailoutbox: Mailbox) -> None:
    services.set_preferences(by=cast.ben, timings={(Rule.TASK_ASSIGNED, Channel.EMAIL): Timing.DAILY})
    from django.db.models.functions import Now

    for _ in range(2):
        tell(open_task(cast), due_at=Now())
    jobs.send_due()
    Client().post(way_out(mailoutbox[0]))
    assert RulePreference.objects.get().timing == Timing.OFF


def test_the_end_is_undone_to_what_was_chosen_before(cast: Cast, address: str) -> None:
    daily = {(Rule.TASK_ASSIGNED, Channel.EMAIL): Timing.DAILY}
    services.set_preferences(by=cast.ben, timings=daily)
    stranger = Client()
    done = stranger.post(address, {"List-Unsubscribe": "One-Click"})
    before = re.findall(r'name="([^"]+)" value="(\w+)"', done.content.decode())
    assert (Rule.TASK_ASSIGNED, Timing.DAILY) in before
    assert "again" in stranger.get(address).content.decode(), "who looks later finds the way back"
    stranger.post(address, {**dict(before), "again": "1"})
    assert RulePreference.objects.get().timing == Timing.DAILY
    stranger.post(address, {"again": "1", Rule.TASK_ASSIGNED: "weekly", Rule.TASK_DUE: Timing.OFF})
    stranger.post(address)
    stranger.post(address, {"again": "1"})
    assert not RulePreference.objects.exists(), "at once, as by default"


def test_mails_about_one_thing_are_one_thread(cast: Cast, mailoutbox: Mailbox) -> None:
    task, other = open_task(cast), open_task(cast)
    tell(task)
    task.assignee = cast.cleo
    task.save()
    tell(task)
    tell(other)
    task.assignee = cast.ben
    task.save()
    jobs.send_due()
    threads: dict[str, set[str]] = {}
    for message in mailoutbox:
        sent = message.message()
        assert sent["In-Reply-To"] == sent["References"] != sent["Message-ID"]
        threads.setdefault(sent["References"], set()).add(sent["Message-ID"])
    assert len(threads) == 2
