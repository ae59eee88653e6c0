"""Forms in a browser: one field is checked, what is typed survives, and leaving asks first."""

import re

from playwright.sync_api import Dialog, Route, expect

from tests.browser.conftest import VisitAs


def test_what_is_typed_is_checked_guarded_kept_and_offered_again(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/tasks/new/")
    page.fill("#id_title", "Call Mrs Wang")
    page.fill("#id_estimate_minutes", "-5")
    page.locator("#id_description").focus()
    expect(page.locator("#id_estimate_minutes_error .field-error")).to_be_visible()
    expect(page.locator("#id_estimate_minutes")).to_have_attribute("aria-invalid", "true")
    page.fill("#id_estimate_minutes", "5")
    with page.expect_response(
        lambda answer: '"estimate_minutes":"5"' in (answer.request.post_data or "")
    ) as kept:
        page.locator("#id_description").focus()
    assert kept.value.status == 204
    expect(page.locator("#id_estimate_minutes_error .field-error")).to_have_count(0)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", leave)
    visit.open("/tasks/new/")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("#id_title")).to_have_value("Call Mrs Wang")
    expect(page.locator("#id_estimate_minutes")).to_have_value("5")
    # From here on the answer to a mistake is a complaint.
    assert visit.complaints == []
    page.fill("#id_title", "")
    page.get_by_role("button", name="Create task").click()
    summary = page.locator(".notice[data-tone=bad]")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Title").click()
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("Call Mrs Wang")
    page.get_by_role("button", name="Create task").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/"))
    visit.open("/tasks/new/")
    expect(page.get_by_role("button", name="Restore it")).to_have_count(0)


def test_a_form_is_sent_once_and_not_to_a_server_that_is_away(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/tasks/new/")
    send, waiting = page.get_by_role("button", name="Create task"), []
    page.fill("#id_title", "Call Mr Away")
    page.route("**/health/ready/", lambda route: route.fulfill(status=503))
    send.click()
    expect(page.locator("#toasts .toast")).to_contain_text("What you typed is still here")
    expect(page.locator("#id_title")).to_have_value("Call Mr Away")
    expect(page.locator("main form[aria-busy]")).to_have_count(0)
    page.unroute("**/health/ready/")

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/health/ready/", hold)
    posted: list[str] = []
    page.on(
        "request", lambda request: posted.append(request.url) if request.is_navigation_request() else None
    )
    send.dblclick()
    expect(page.locator("main form[aria-busy]")).to_have_count(1)
    assert len(waiting) == 1
    waiting[0].continue_()
    page.wait_for_url(re.compile(r"/tasks/\d+/"))
    assert [url for url in posted if url.endswith("/tasks/new/")] == [f"{visit.url}/tasks/new/"]
    page.go_back()
    expect(page.locator("main form[aria-busy]")).to_have_count(0)
