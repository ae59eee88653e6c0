"""Webhooks in the browser: adding, trying, changing, switching and sending again."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Event
from notifications.choices import State
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services.webhooks import send_webhooks
from people.choices import Language
from people.models import User
from tests.conftest import Cast, sign_in
from tests.webhooks.conftest import add_endpoint, open_task, tell
from tests.webhooks.receiver import Receiver

NEW = "/settings/webhooks/new/"


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Adam's."""
    return sign_in(cast.adam)


def _page(name: str, *ids: int) -> str:
    return reverse(f"notifications:{name}", args=ids)


def test_a_new_webhook_shows_its_secret_this_once(browser: Client, receiver: Receiver) -> None:
    added = browser.post(NEW, {"url": receiver.url, "event_types": ["task.*"], "description": "BI"})
    endpoint = WebhookEndpoint.objects.get()
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", added.content.decode())
    assert (added.status_code, endpoint.event_types, endpoint.description) == (201, ["task.*"], "BI")
    later = browser.get(_page("webhook", endpoint.pk)).content.decode()
    assert secret not in later
    assert "BI" in later
    assert Event.objects.filter(verb="webhook.created", subject_id=endpoint.pk).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://127.0.0.1/"},
        {"url": "https://user:word@hooks.example.org/"},
        {"url": ""},
        {"event_types": []},
        {"event_types": ["task.exploded"]},
    ],
)
def test_a_wrong_webhook_is_refused_and_nothing_is_saved(
    browser: Client, receiver: Receiver, wrong: dict[str, object]
) -> None:
    answer = browser.post(NEW, {"url": receiver.url, "event_types": ["*"], **wrong})
    assert answer.status_code == 422
    assert not WebhookEndpoint.objects.exists()


def test_the_picker_offers_every_event_in_the_readers_language(browser: Client) -> None:
    english = browser.get(NEW).content.decode()
    browser.post("/language/", {"language": "zh-hans", "next": "/"})
    chinese = browser.get(NEW).content.decode()
    assert "A task was created" in english
    assert "任务已创建" in chinese
    for page in (english, chinese):
        assert 'value="task.created"' in page
        assert 'value="task.*"' in page
        assert "webhook.pinged" not in page


def test_a_test_appears_in_the_log(browser: Client, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    browser.post(_page("webhook-ping", endpoint.pk))
    tell()
    send_webhooks()
    assert receiver.types == ["webhook.pinged"]
    log = browser.get(_page("webhook", endpoint.pk)).content.decode()
    assert "webhook.pinged" in log
    assert "A webhook was tested" in log
    assert f'<a href="{_page("webhook", endpoint.pk)}">Webhook {endpoint.pk}</a>' in log
    assert "HTTP 204" in log


def test_the_log_is_narrowed_by_state_and_event(
    cast: Cast, browser: Client, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    open_task(cast.ana)
    tell()
    send_webhooks()
    address = _page("webhook", endpoint.pk)
    shown = {
        query: b"evt_" in browser.get(f"{address}?{query}").content
        for query in ("state=sent", "state=dead", "verb=task.created", "verb=task.deleted", "state=nonsense")
    }
    assert shown == {
        "state=sent": True,
        "state=dead": False,
        "verb=task.created": True,
        "verb=task.deleted": False,
        "state=nonsense": True,
    }


def test_a_message_shows_what_was_sent_and_can_be_sent_again(
    cast: Cast, browser: Client, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    open_task(cast.ana, "<b>Call</b>")
    tell()
    send_webhooks()
    delivery = WebhookDelivery.objects.get()
    page = browser.get(_page("webhook-delivery", endpoint.pk, delivery.pk)).content.decode()
    assert f'<a href="/tasks/{delivery.event.subject_id}/">&lt;b&gt;Call&lt;/b&gt;</a>' in page
    for part in ("webhook-signature: v1,", "&lt;b&gt;Call&lt;/b&gt;", "HTTP 204", receiver.url):
        assert part in page
    browser.post(_page("webhook-replay", endpoint.pk, delivery.pk))
    send_webhooks()
    assert len({taken.headers["webhook-id"] for taken in receiver.taken}) == 1
    assert len(receiver.taken) == 2


def test_everything_that_failed_is_sent_again_at_once(
    cast: Cast, browser: Client, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    for _task in range(3):
        open_task(cast.ana)
    tell()
    WebhookDelivery.objects.update(state=State.DEAD, attempts=10)
    WebhookDelivery.objects.filter(pk=WebhookDelivery.objects.first().pk).update(state=State.SENT)
    browser.post(_page("webhook-replays", endpoint.pk), {"since": "2020-01-01T00:00"})
    send_webhooks()
    assert len(receiver.taken) == 2


def test_a_change_made_meanwhile_is_not_overwritten(browser: Client, endpoint: WebhookEndpoint) -> None:
    changed = {"url": endpoint.url, "event_types": ["goal.*"], "version": endpoint.version}
    assert browser.post(_page("webhook-edit", endpoint.pk), changed).status_code == 302
    chosen = ["task.created", "task.edited"]
    stale = browser.post(_page("webhook-edit", endpoint.pk), {**changed, "event_types": chosen})
    endpoint.refresh_from_db()
    assert (stale.status_code, endpoint.event_types) == (409, ["goal.*"])
    assert stale.context["form"]["event_types"].value() == chosen
    [difference] = stale.context["differences"]
    assert (difference.typed, difference.stored) == ("\n".join(chosen), "goal.*")
    assert "Adam changed this" in stale.content.decode()
    theirs = {"version": endpoint.version, "event_types": chosen, difference.choice: "theirs"}
    assert browser.post(_page("webhook-edit", endpoint.pk), {**changed, **theirs}).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.event_types == ["goal.*"]


def test_a_webhook_is_switched_off_and_on_and_deleted(browser: Client, endpoint: WebhookEndpoint) -> None:
    for page, verb in (
        ("webhook-disablement", "webhook.disabled"),
        ("webhook-enablement", "webhook.enabled"),
        ("webhook-secret", "webhook.secret_rotated"),
        ("webhook-removal", "webhook.deleted"),
    ):
        browser.post(_page(page, endpoint.pk))
        assert Event.objects.filter(verb=verb, subject_id=endpoint.pk).count() == 1
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "page", ["webhook-disablement", "webhook-secret", "webhook-removal", "webhook-replays"]
)
def test_reading_a_question_changes_nothing(browser: Client, endpoint: WebhookEndpoint, page: str) -> None:
    before = WebhookEndpoint.objects.values().get()
    assert browser.get(_page(page, endpoint.pk)).status_code == 200
    assert WebhookEndpoint.objects.values().get() == before


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("ben", 403), ("vera", 403), ("dan", 404)])
def test_only_administrators_of_the_organization_see_a_webhook(
    cast: Cast, endpoint: WebhookEndpoint, who: str, status: int
) -> None:
    theirs = sign_in(getattr(cast, who))
    assert theirs.get(_page("webhook", endpoint.pk)).status_code == status
    assert theirs.post(_page("webhook-removal", endpoint.pk)).status_code == status
    assert WebhookEndpoint.objects.exists()


def test_a_webhook_that_is_off_is_not_tried(browser: Client, endpoint: WebhookEndpoint) -> None:
    browser.post(_page("webhook-disablement", endpoint.pk))
    assert browser.post(_page("webhook-ping", endpoint.pk)).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_however_much_they_show(
    cast: Cast, browser: Client, endpoint: WebhookEndpoint, rows: int
) -> None:
    for _row in range(rows):
        add_endpoint(cast.adam, endpoint.url)
        open_task(cast.ana)
    tell()
    for address in (_page("webhooks"), _page("webhook", endpoint.pk)):
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        assert len(queries) <= 9


def test_a_webhook_that_fails_says_since_when_in_a_sentence_of_the_readers_language(
    cast: Cast, browser: Client, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.objects.update(failing_since=datetime(2026, 3, 2, 9, 30, tzinfo=cast.organization.zone))
    User.objects.filter(pk=cast.adam.user_id).update(language=Language.CHINESE)
    page = browser.get(_page("webhook", endpoint.pk)).content.decode()
    assert "<strong>自 2026-03-02 09:30 起一直未能送达。</strong>系统会自动重试" in page
