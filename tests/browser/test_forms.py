"""Forms in a browser: one field is checked, what is typed survives, and leaving asks first."""

import re

from playwright.sync_api import Dialog, expect

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
