"""The pages of feedback."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import services
from feedback.choices import Status
from feedback.models import FeedbackItem, Reply, Survey, Theme
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, sign_in
from tests.feedback.conftest import ago, complaint, stored_facts

LIST = reverse("feedback:list")


def page(item: FeedbackItem, name: str = "detail") -> str:
    """The address of a page of the item."""
    return reverse(f"feedback:{name}", args=[item.pk])


def shown(response: Any) -> list[str]:
    """The subjects of the rows a list page shows."""
    return [item.subject for item in response.context["items"]]


def form_of(item: FeedbackItem, **changes: Any) -> dict[str, Any]:
    """What the edit form of the item sends."""
    item.refresh_from_db()
    fields = {
        "subject": item.subject,
        "body": item.body,
        "kind": item.kind,
        "channel": item.channel,
        "customer_name": item.customer.name if item.customer else "",
        "version": item.version,
    }
    return fields | changes


def test_an_empty_list_says_what_to_do_next(cast: Cast) -> None:
    ours = sign_in(cast.ben).get(LIST).content.decode()
    assert reverse("feedback:create") in ours
    assert "Take in feedback" in ours
    assert reverse("feedback:create") not in sign_in(cast.vera).get(LIST).content.decode()


def test_the_list_is_narrowed_by_its_address(cast: Cast, delivery: Theme) -> None:
    complaint(cast.ben, "包裹破损", theme_id=delivery.pk, assignee_id=cast.ben.pk, customer_name="韩梅梅")
    complaint(
        cast.ben, "Late", opened_at=ago(days=3), team_id=cast.field.pk, kind="question", channel="phone"
    )
    done = complaint(cast.ben, "Solved", body="The invoice was wrong")
    services.change_status(by=cast.ben, item_id=done.pk, status=Status.RESOLVED)
    browser = sign_in(cast.ben)
    day = (ago(days=3) + timedelta(hours=8)).date()
    for query, subjects in {
        "": {"包裹破损", "Late"},
        "state=all": {"包裹破损", "Late", "Solved"},
        "state=resolved": {"Solved"},
        "state=all&status=resolved": {"Solved"},
        "kind=question": {"Late"},
        "channel=phone": {"Late"},
        f"theme={delivery.pk}": {"包裹破损"},
        "theme=none": {"Late"},
        f"team={cast.field.pk}": {"Late"},
        "assignee=me": {"包裹破损"},
        "assignee=none": {"Late"},
        "overdue=true": {"Late"},
        "q=包裹": {"包裹破损"},
        "q=梅": {"包裹破损"},
        "q=INVOICE&state=all": {"Solved"},
        f"q=%23{done.pk}&state=all": {"Solved"},
        f"opened_before={day}": {"Late"},
        f"opened_after={day}&opened_before={day}": {"Late"},
        "opened_after=0001-01-01&opened_before=9999-12-31": {"包裹破损", "Late"},
        "q=nothing+like+it": set(),
    }.items():
        assert set(shown(browser.get(f"{LIST}?{query}"))) == subjects, query


@pytest.mark.parametrize(
    "query",
    ["theme=abc", "theme=99999999999999999999", "kind=rant", "opened_after=2026-13-40", "page=-3", "page=x",
     "q=" + "x" * 5000, "page=99999999999999999999", "q=99999999999999999999999"],
)  # fmt: skip
def test_bad_filters_never_break_the_list(cast: Cast, query: str) -> None:
    complaint(cast.ben)
    assert sign_in(cast.ben).get(f"{LIST}?{query}").status_code == 200


def test_another_organizations_rows_are_in_no_list_and_no_filter(cast: Cast, foreign_theme: Theme) -> None:
    theirs = complaint(cast.dan, "Theirs", customer_name="Their customer")
    response = sign_in(cast.ben).get(
        f"{LIST}?state=all&theme={foreign_theme.pk}&customer={theirs.customer_id}"
    )
    assert shown(response) == []
    assert "Parking" not in response.content.decode()
    assert set(response.context["filter"].form.errors) == {"theme", "customer"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"state": "open", "order": "newest", "kind": "", "q": ""}, ""),
        ({"state": "open", "order": "newest", "kind": "praise"}, "?kind=praise"),
        ({"state": "open", "order": "newest", "status": "resolved"}, "?state=open&status=resolved"),
    ],
)
def test_the_address_keeps_only_what_the_filter_says(cast: Cast, sent: dict[str, str], kept: str) -> None:
    client = sign_in(cast.ben)
    answer = client.get(LIST, sent, headers={"HX-Request": "true"})
    path, _mark, query = answer["HX-Push-Url"].partition("?")
    assert (path, set(query.split("&"))) == (LIST, set(kept.removeprefix("?").split("&")))


def test_htmx_gets_the_rows_alone(cast: Cast) -> None:
    complaint(cast.ben)
    rows = sign_in(cast.ben).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "Late delivery" in rows
    assert "<html" not in rows


def test_customer_text_keeps_its_lines_and_never_becomes_markup(cast: Cast) -> None:
    item = complaint(
        cast.ben, "<b>bold</b>", body="第一行\n第二行<script>alert(1)</script>", customer_name="<i>Li</i>"
    )
    services.reply(by=cast.ben, item_id=item.pk, body="好的\n<img src=x>")
    browser = sign_in(cast.ben)
    text = browser.get(page(item)).content.decode()
    assert "第一行<br>第二行&lt;script&gt;" in text
    assert "好的<br>&lt;img src=x&gt;" in text
    for markup in ("<script>alert", "<b>bold", "<i>Li", "<img src=x"):
        assert markup not in text
        assert markup not in browser.get(LIST).content.decode()


def test_feedback_is_taken_in_by_the_form(cast: Cast) -> None:
    sent = {"subject": "Late", "body": "Very", "kind": "question", "channel": "phone", "customer_name": "Li",
            "theme_name": "配送", "team": cast.support.pk, "assignee": cast.ben.pk}  # fmt: skip
    response = sign_in(cast.ben).post(reverse("feedback:create"), sent)
    item = FeedbackItem.objects.get()
    assert response.url == page(item)
    assert (item.subject, item.kind, item.channel, item.customer.name) == ("Late", "question", "phone", "Li")
    assert (item.theme.name_zh, item.team, item.assignee) == ("配送", cast.support, cast.ben)


@pytest.mark.parametrize("field", ["team", "assignee", "theme"])
def test_the_form_refuses_foreign_rows_like_missing_ones(
    cast: Cast, foreign_theme: Theme, field: str
) -> None:
    foreign = {"team": cast.support.pk, "assignee": cast.ben.pk, "theme": foreign_theme.pk}[field]
    by = cast.ana if field == "theme" else cast.dan
    browser = sign_in(by)
    errors = []
    for key in (foreign, 9_999_999):
        sent = {"subject": "Late", "kind": "complaint", "channel": "email", field: key}
        response = browser.post(reverse("feedback:create"), sent)
        assert response.status_code == 400
        errors.append(response.context["form"].errors)
    assert errors[0] == errors[1]
    assert set(errors[0]) == {field}
    assert not FeedbackItem.objects.exists()


def test_an_edit_on_an_old_version_comes_back_with_what_was_typed(cast: Cast) -> None:
    item = complaint(cast.ben)
    typed = form_of(item, subject="Mine")
    services.edit_item(by=cast.ana, item_id=item.pk, version=1, subject="Hers")
    browser = sign_in(cast.ben)
    response = browser.post(page(item, "edit"), typed)
    text = response.content.decode()
    assert response.status_code == 409
    assert 'value="Mine"' in text
    assert "Hers" in text
    assert "Ana changed this while you were editing." in text
    assert FeedbackItem.objects.get().subject == "Hers"
    again = browser.post(page(item, "edit"), typed | {"version": 2})
    assert again.url == page(item)
    assert FeedbackItem.objects.get().subject == "Mine"


def test_editing_keeps_what_the_form_left_alone(cast: Cast, delivery: Theme) -> None:
    item = complaint(cast.ben, theme_id=delivery.pk, team_id=cast.support.pk, customer_name="Li")
    sent = form_of(item, theme=delivery.pk, team=cast.support.pk, subject="New words")
    sign_in(cast.ben).post(page(item, "edit"), sent)
    item.refresh_from_db()
    assert (item.subject, item.theme, item.team, item.customer.name) == (
        "New words",
        delivery,
        cast.support,
        "Li",
    )


def test_a_status_changes_in_place_and_can_be_undone(cast: Cast) -> None:
    item = complaint(cast.ben)
    facts = stored_facts(cast.organization)
    browser = sign_in(cast.ben)
    htmx = {"HX-Request": "true"}
    changed = browser.post(page(item, "status"), {"status": "resolved", "version": 1}, headers=htmx)
    assert f'id="feedback-{item.pk}"' in changed.content.decode()
    assert "Undo" in changed.content.decode()
    assert FeedbackItem.objects.get().status == "resolved"
    undo = {"status": "new", "version": 2, "undo": "1"}
    undone = browser.post(page(item, "status"), undo, headers=htmx)
    assert "Undo" not in undone.content.decode()
    assert FeedbackItem.objects.get().status == "new"
    assert stored_facts(cast.organization) == facts


def test_without_scripts_a_status_change_leads_back_and_offers_the_undo(cast: Cast) -> None:
    item = complaint(cast.ben)
    browser = sign_in(cast.ben)
    sent = {"status": "resolved", "version": 1, "next": page(item)}
    response = browser.post(page(item, "status"), sent, follow=True)
    assert response.redirect_chain == [(page(item), 302)]
    assert 'name="undo"' in response.content.decode()
    assert 'name="undo"' not in browser.get(page(item)).content.decode()
    elsewhere = browser.post(page(item, "status"), {"status": "new", "next": "https://example.org/"})
    assert elsewhere.url == page(item)


def test_a_status_change_on_an_old_version_changes_nothing(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.edit_item(by=cast.ana, item_id=item.pk, version=1, subject="Hers")
    sent = {"status": "resolved", "version": 1}
    response = sign_in(cast.ben).post(page(item, "status"), sent, headers={"HX-Request": "true"})
    assert response.status_code == 412
    assert "Hers" in response.content.decode()
    assert FeedbackItem.objects.get().status == "new"


def test_an_answer_is_recorded_and_may_resolve(cast: Cast) -> None:
    item = complaint(cast.ben)
    browser = sign_in(cast.ben)
    sent = {"body": "We are sorry", "version": 1, "resolve": "true"}
    response = browser.post(page(item, "reply"), sent, follow=True)
    assert "We are sorry" in response.content.decode()
    item.refresh_from_db()
    assert item.status == Status.RESOLVED
    assert item.first_replied_at is not None


def test_an_answer_written_while_somebody_else_answered_is_kept_for_a_second_look(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.reply(by=cast.ana, item_id=item.pk, body="From Ana")
    response = sign_in(cast.ben).post(page(item, "reply"), {"body": "From Ben", "version": 1})
    assert response.status_code == 409
    assert "From Ana" in response.content.decode()
    assert "From Ben</textarea>" in response.content.decode()
    assert response.context["reply_form"]["version"].value() == "2"
    assert Reply.objects.count() == 1


def test_an_empty_answer_says_what_is_missing(cast: Cast) -> None:
    item = complaint(cast.ben)
    response = sign_in(cast.ben).post(page(item, "reply"), {"body": " ", "version": 1})
    assert response.status_code == 400
    assert set(response.context["reply_form"].errors) == {"body"}
    assert not Reply.objects.exists()


def test_a_task_is_opened_from_the_conversation(cast: Cast) -> None:
    item = complaint(cast.ben, team_id=cast.support.pk)
    browser = sign_in(cast.ben)
    sent = {"title": "Call the carrier", "assignee": cast.cleo.pk, "due_on": "2026-12-24"}
    response = browser.post(page(item, "open-task"), sent, follow=True)
    task = Task.objects.get()
    assert (task.title, task.assignee, str(task.due_on)) == ("Call the carrier", cast.cleo, "2026-12-24")
    assert reverse("tasks:detail", args=[task.pk]) in response.content.decode()


def test_a_refused_task_keeps_the_form_open(cast: Cast) -> None:
    item = complaint(cast.ben)
    browser = sign_in(cast.ben)
    for sent in ({"title": ""}, {"title": "x", "due_on": "soon"}, {"title": "x", "assignee": cast.dan.pk}):
        response = browser.post(page(item, "open-task"), sent)
        assert response.status_code == 400
        assert '<details class="card-more" open>' in response.content.decode()
    assert not Task.objects.exists()


def test_the_customer_can_be_told_once_all_tasks_are_done(cast: Cast) -> None:
    item = complaint(cast.ben)
    task = services.open_task(by=cast.ben, item_id=item.pk, title="Fix it")
    browser = sign_in(cast.ben)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED)
    assert "You said, we did" not in browser.get(page(item)).content.decode()
    tasks.change_status(by=cast.ben, task_id=task.pk, status="done")
    assert "You said, we did" in browser.get(page(item)).content.decode()


def test_a_survey_answer_has_a_page_of_its_own(cast: Cast, survey: Survey) -> None:
    item = complaint(cast.ben)
    answer = services.record_response(
        survey=survey, score=2, item_id=item.pk, comment="Slow\nand <b>rude</b>"
    )
    address = reverse("feedback:response", args=[answer.pk])
    text = sign_in(cast.vera).get(address).content.decode()
    assert "2 of 5" in text
    assert "Slow<br>and &lt;b&gt;rude" in text
    assert page(item) in text
    assert sign_in(cast.dan).get(address).status_code == 404


def test_strangers_find_nothing_and_viewers_change_nothing(cast: Cast) -> None:
    item = complaint(cast.ben)
    sent = form_of(item, status="resolved", title="x", body="x", subject="x")
    for who, posted in ((cast.dan, 404), (cast.vera, 403)):
        browser = sign_in(who)
        assert browser.get(page(item)).status_code == (404 if who is cast.dan else 200)
        assert browser.get(page(item, "edit")).status_code == posted
        for name in ("edit", "reply", "status", "open-task"):
            assert browser.post(page(item, name), sent).status_code == posted, (who, name)
    assert sign_in(cast.vera).get(reverse("feedback:create")).status_code == 403
    item.refresh_from_db()
    assert (item.subject, item.status, item.version) == ("Late delivery", "new", 1)
    assert not Reply.objects.exists()
    assert not Task.objects.exists()


def test_a_viewer_is_offered_no_change(cast: Cast) -> None:
    item = complaint(cast.ben)
    browser = sign_in(cast.vera)
    for address in (LIST, page(item)):
        text = browser.get(address).content.decode()
        assert page(item, "status") not in text
        assert page(item, "reply") not in text
        assert page(item, "edit") not in text


def test_a_rising_theme_stands_above_the_list(cast: Cast, delivery: Theme) -> None:
    for days in range(2, 7):
        complaint(cast.ben, opened_at=ago(days=days), theme_id=delivery.pk)
    text = sign_in(cast.ben).get(LIST).content.decode()
    assert "Complaints about Delivery are rising:" in text
    assert f"theme={delivery.pk}" in text


def test_pages_cost_the_same_queries_for_one_row_and_three(
    cast: Cast, delivery: Theme, survey: Survey
) -> None:
    browser = sign_in(cast.ben)

    def fill() -> FeedbackItem:
        item = complaint(cast.ana, theme_id=delivery.pk, team_id=cast.support.pk, assignee_id=cast.ben.pk,
                         customer_name="Li")  # fmt: skip
        services.reply(by=cast.ben, item_id=item.pk, body="Hello")
        return item

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    item = fill()
    services.open_task(by=cast.ben, item_id=item.pk, title="One", assignee_id=cast.ben.pk)
    services.record_response(survey=survey, score=3, item_id=item.pk)
    one = queries(LIST), queries(page(item))
    for _more in range(2):
        fill()
        services.reply(by=cast.ana, item_id=item.pk, body="More")
        services.open_task(by=cast.ana, item_id=item.pk, title="More", assignee_id=cast.ana.pk)
        services.record_response(survey=survey, score=3, item_id=item.pk)
    three = queries(LIST), queries(page(item))
    assert one == three
    assert max(three) <= 12
