"""A member's day without a mouse: sign in, write a task down in one line, move it on, time it, take a slip back."""

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.keyboard import tab_to
from tests.browser.site import Site

TITLE = "给王女士回电"


def test_a_members_day_by_keyboard_only(visit_as: VisitAs, site: Site) -> None:
    visit, user = visit_as(""), site.user("member", "en")
    page = visit.open("/sign-in/?next=/work/")
    tab_to(page, page.locator("input[name=email]"))
    page.keyboard.type(user.email)
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(user.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visit.url}/work/")
    page.evaluate("window.sameDocument = true")

    tab_to(page, page.locator("#quick-add-line"))
    page.keyboard.type(f"明天下午3点 {TITLE} @我 !!")
    expect(page.locator("#quick-add-chips")).to_contain_text("15:00")
    page.keyboard.press("Enter")
    row = page.locator("[data-card]", has_text=TITLE)
    expect(row).to_have_count(1)
    expect(page.locator("#quick-add-line")).to_have_value("")
    expect(page.locator("#quick-add-line")).to_be_focused()
    visit.settle()

    link = row.locator(".list-main > a")
    status = row.locator("select[name=status]")
    tab_to(page, link)
    page.keyboard.press("2")
    expect(status).to_have_value("in_progress")
    visit.settle()
    expect(link).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#work time[data-since]")).to_be_visible()
    visit.settle()
    expect(page.locator("#work time[data-since]")).to_have_text("0:00:02")

    tab_to(page, link)
    page.keyboard.press("4")
    expect(row).to_have_count(0)
    visit.settle()
    tab_to(page, page.locator("#toasts form button"))
    page.keyboard.press("Enter")
    expect(row).to_have_count(1)
    expect(status).to_have_value("in_progress")
    assert page.evaluate("window.sameDocument")
    assert visit.complaints == []
