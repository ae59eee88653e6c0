"""The notifications pages, opened and used."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications import services
from notifications.models import ChatChannel, ReminderRule
from tasks.models import SpecialDay, WorkCalendar
from tests.conftest import Cast, sign_in
from tests.notifications.conftest import open_task, plan_and_fill

FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/0123abcd-4567"


@pytest.mark.parametrize(
    "page", ["inbox", "preferences", "own-channel", "channels", "deliveries", "reminders"]
)
def test_every_page_opens_for_an_administrator(cast: Cast, page: str) -> None:
    assert sign_in(cast.adam).get(reverse(f"notifications:{page}")).status_code == 200


@pytest.mark.parametrize("page", ["channels", "deliveries", "reminders"])
def test_a_member_may_not_open_the_organizations_pages(cast: Cast, page: str) -> None:
    assert sign_in(cast.ben).get(reverse(f"notifications:{page}")).status_code == 403


def test_reminders_are_changed_together(cast: Cast) -> None:
    client = sign_in(cast.adam)
    shown = client.get(reverse("notifications:reminders")).context["forms"]
    assert not ReminderRule.objects.exists(), "looking saves nothing"
    form = {}
    for each in shown:
        form |= {
            f"{each.prefix}-is_enabled": "on" if each.rule.kind != "tasks.due" else "",
            f"{each.prefix}-lead": 3,
            f"{each.prefix}-repeat_every": 0,
            f"{each.prefix}-escalate_after": "",
            f"{each.prefix}-at_hour": 8,
        }
    assert client.post(reverse("notifications:reminders"), form).status_code == 302
    due = ReminderRule.objects.get(organization=cast.organization, kind="tasks.due")
    overdue = ReminderRule.objects.get(organization=cast.organization, kind="tasks.overdue")
    assert (due.is_enabled, due.lead, due.at_hour) == (False, 3, 8)
    assert (overdue.is_enabled, overdue.repeat_every, overdue.escalate_after) == (True, 0, None)


def test_working_days_and_special_days_are_set(cast: Cast) -> None:
    client = sign_in(cast.adam)
    calendar = {"country": "DE", "subdivision": "BY", "rest_days": ["6", "7"]}
    assert client.post(reverse("notifications:calendar"), calendar).status_code == 302
    day = {"on": "2026-12-24", "name": "Party"}
    assert client.post(reverse("notifications:special-days"), day).status_code == 302
    assert WorkCalendar.objects.get().country == "DE"
    special = SpecialDay.objects.get()
    assert not special.is_working
    client.post(reverse("notifications:special-day-removal", args=[special.pk]))
    assert not SpecialDay.objects.exists()


def test_a_week_without_a_working_day_is_refused(cast: Cast) -> None:
    form = {"country": "-", "rest_days": list("1234567")}
    response = sign_in(cast.adam).post(reverse("notifications:calendar"), form)
    assert response.status_code == 422
    assert not WorkCalendar.objects.exists()


def test_a_room_is_added_shown_and_removed_and_its_token_never_shown(cast: Cast) -> None:
    client = sign_in(cast.adam)
    form = {
        "kind": "feishu",
        "name": "Ops",
        "address": FEISHU,
        "rules": ["tasks.overdue"],
        "secret": "s3cretword",
    }
    response = client.post(reverse("notifications:channels"), form, follow=True)
    body = response.content.decode()
    assert "Ops" in body
    assert "0123abcd" not in body
    assert "s3cretword" not in body
    client.post(response.redirect_chain[-1][0] + "removal/")
    assert not ChatChannel.objects.exists()


def test_an_address_of_another_host_is_refused(cast: Cast) -> None:
    form = {"kind": "feishu", "name": "x", "address": "https://evil.example/open-apis/bot/v2/hook/0123abcd"}
    assert sign_in(cast.adam).post(reverse("notifications:channels"), form).status_code == 422


def test_the_inbox_leads_to_the_thing_and_is_read_then(cast: Cast) -> None:
    task = open_task(cast)
    plan_and_fill(task)
    client = sign_in(cast.ben)
    assert b"Call the customer back" in client.get(reverse("notifications:inbox")).content
    item = cast.ben.inbox.get()
    response = client.post(reverse("notifications:item", args=[item.pk]))
    assert response["Location"] == f"/tasks/{task.pk}/"
    item.refresh_from_db()
    assert item.read_at is not None


def test_another_persons_message_is_not_there(cast: Cast) -> None:
    plan_and_fill(open_task(cast))
    item = cast.ben.inbox.get()
    for address in ("item", "read"):
        assert sign_in(cast.cleo).post(reverse(f"notifications:{address}", args=[item.pk])).status_code == 404
    item.refresh_from_db()
    assert item.read_at is None


def test_the_bell_costs_one_query_and_nothing_where_nothing_changed(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    plan_and_fill(open_task(cast))
    client = sign_in(cast.ben)
    first = client.get(reverse("notifications:bell"))
    assert b"bell-count" in first.content
    again = client.get(reverse("notifications:bell"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.mark_all_read(by=cast.ben)
    changed = client.get(reverse("notifications:bell"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert b"bell-count" not in changed.content


def test_preferences_are_saved_and_shown(cast: Cast) -> None:
    client: Client = sign_in(cast.ben)
    page = reverse("notifications:preferences")
    form = {name: field.initial for name, field in client.get(page).context["form"].fields.items()}
    form |= {"tasks.overdue:email": "daily", "quiet_from": "22:00", "quiet_until": "07:00", "digest_hour": 8}
    form["time_zone"] = "Europe/Berlin"
    assert client.post(page, form).status_code == 302
    body = client.get(page).content.decode()
    assert 'value="22:00"' in body
    assert '<option value="Europe/Berlin" selected>' in body
    assert cast.ben.rule_preferences.get().timing == "daily"


def test_the_calendar_names_countries_in_the_readers_language(cast: Cast) -> None:
    cast.adam.user.language = "zh-hans"
    cast.adam.user.save()
    body = sign_in(cast.adam).get(reverse("notifications:reminders")).content.decode()
    assert '<option value="CN" selected>中国</option>' in body
    assert '<option value="DE">德国</option>' in body


def test_half_of_the_quiet_hours_is_refused(cast: Cast) -> None:
    client = sign_in(cast.ben)
    page = reverse("notifications:preferences")
    form = {name: field.initial or "" for name, field in client.get(page).context["form"].fields.items()}
    form |= {"quiet_from": "22:00", "digest_hour": 8, "time_zone": ""}
    assert client.post(page, form).status_code == 422
    assert not cast.ben.rule_preferences.exists()
