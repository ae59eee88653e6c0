"""What people do all day, with a mouse, a thumb and a keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.site import Site
from tests.browser.visit import Visit

STATUS = "[id^=task-] select[name=status]"
INK = """canvas => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let inked = 0;
    for (let at = 3; at < pixels.length; at += 4) if (pixels[at] > 0) inked += 1;
    return inked;
}"""


def test_a_task_changes_its_status_on_home_without_leaving_it(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/")
    page.evaluate("window.sameDocument = true")
    select = page.locator(STATUS).first
    row = select.locator("xpath=ancestor::li").get_attribute("id")
    wanted = "waiting" if select.input_value() != "waiting" else "in_progress"
    with page.expect_response(re.compile(r"/tasks/\d+/status/")):
        select.select_option(wanted)
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(page.locator(f"#{row} select[name=status]")).to_have_value(wanted)
    assert page.evaluate("window.sameDocument")
    visit.open("/")
    expect(page.locator(f"#{row} select[name=status]")).to_have_value(wanted)
    assert visit.complaints == []


def test_without_javascript_the_same_status_is_set_by_a_button(visit_as: VisitAs) -> None:
    visit = visit_as("manager", java_script_enabled=False)
    page = visit.open("/tasks/")
    row = page.locator("[id^=task-]").first
    select = row.locator("select[name=status]")
    wanted = "waiting" if select.input_value() != "waiting" else "in_progress"
    name = row.get_attribute("id")
    select.select_option(wanted)
    row.locator("noscript button, button").first.click()
    expect(page.locator(f"#{name} select[name=status]")).to_have_value(wanted)


def test_the_language_switches_at_once_and_stays(visit_as: VisitAs) -> None:
    visit = visit_as("viewer")
    page = visit.open("/kpis/")
    page.locator("#user-menu > summary").click()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("关键指标")
    assert page.url.endswith("/kpis/")
    visit.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.locator("#user-menu > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_chart_is_drawn_and_follows_the_chosen_period_length(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/complaint-rate/")
    canvas = page.locator(".chart canvas")
    assert canvas.evaluate(INK) > 2000
    page.evaluate("window.sameDocument = true")
    page.get_by_role("link", name="Month").click()
    page.wait_for_url(re.compile("grain=month"))
    expect(page.get_by_role("link", name="Month")).to_have_attribute("aria-current", "true")
    assert page.locator(".chart canvas").evaluate(INK) > 2000
    assert page.evaluate("window.sameDocument")
    assert visit.complaints == []


def test_a_point_of_the_chart_tells_its_n_and_opens_its_rows(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/first-response-time/?grain=month")
    box = page.locator(".chart").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".chart-tip")).to_contain_text("n =")
    page.locator("#series tbody a").first.click()
    expect(page.locator("h1")).to_have_text("The rows behind the number")
    page.locator("main tbody a").first.click()
    assert re.search(r"/feedback/\d+/$", page.url)
    assert visit.complaints == []


def test_on_a_phone_the_navigation_opens_by_its_button_and_closes_by_escape(visit_as: VisitAs) -> None:
    visit = visit_as("manager", width=390)
    page = visit.open("/")
    link = page.locator("#navigation").get_by_role("link", name="Tasks")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="More").click()
    link.click()
    expect(page.locator("h1")).to_have_text("Tasks")


def test_the_first_tab_stop_skips_to_the_content(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_wrong_password_says_so_and_keeps_the_address(visit_as: VisitAs) -> None:
    page = visit_as("").open("/sign-in/?next=/kpis/")
    page.fill("input[name=email]", "somebody@example.test")
    page.fill("input[name=password]", "wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.locator("input[name=email]")).to_have_value("somebody@example.test")
    expect(page.locator("form.form input[name=next]")).to_have_value("/kpis/")


def test_the_planted_story_is_told_on_home(visit_as: VisitAs, site: Site) -> None:
    page = visit_as("manager").open("/")
    story = page.locator(".standout", has_text="Late delivery")
    expect(story).to_contain_text("after a peak of")
    story.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Feedback")
    assert page.locator(".list-row").count() > 10


def refused_text(visit: Visit) -> str:
    """The words of the newest toast."""
    return visit.page.locator("#toasts .toast").last.inner_text()


def test_a_refused_change_says_why_in_a_toast(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/tasks/")
    select = page.locator(STATUS).first
    select.evaluate("select => select.form.setAttribute('hx-post', '/tasks/999999999/status/')")
    select.evaluate("select => htmx.process(select.form)")
    with page.expect_response(re.compile("/tasks/999999999/status/")):
        select.select_option("waiting" if select.input_value() != "waiting" else "in_progress")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    assert "There is nothing here" in refused_text(visit)


def test_what_a_lost_connection_swallowed_goes_back_and_can_be_tried_again(visit_as: VisitAs) -> None:
    visit = visit_as("member")
    page = visit.open("/tasks/")
    name = page.locator("[id^=task-]").first.get_attribute("id")
    select, line = page.locator(f"#{name} select[name=status]"), page.locator("#quick-add-line")
    before = select.input_value()
    wanted = "waiting" if before != "waiting" else "in_progress"
    page.context.set_offline(True)
    try:
        select.select_option(wanted)
        expect(page.locator("#toasts .toast")).to_contain_text("check the connection and try again")
        expect(select).to_have_value(before)
        expect(page.locator("[data-pending]")).to_have_count(0)
        line.fill("Call Mrs Wang")
        line.press("Enter")
        expect(line).to_have_value("Call Mrs Wang")
    finally:
        page.context.set_offline(False)
    page.route("**/tasks/quick-add/", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    line.press("Enter")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(line).to_have_value("Call Mrs Wang")
    page.unroute("**/tasks/quick-add/")
    line.press("Enter")
    expect(line).to_have_value("")
    with page.expect_response(re.compile(r"/tasks/\d+/status/")):
        select.select_option(wanted)
    expect(page.locator(f"#{name} select[name=status]")).to_have_value(wanted)


def test_a_comment_is_not_sent_into_the_void(visit_as: VisitAs) -> None:
    visit = visit_as("member")
    visit.open("/feedback/").locator(".list-row .list-main > a").first.click()
    reply = visit.page.locator("form[action$='/reply/'] textarea, form[action$='/replies/'] textarea").first
    reply.fill("We are looking into it.")
    visit.page.context.set_offline(True)
    try:
        reply.locator("xpath=ancestor::form").locator("button[type=submit]").first.click()
        expect(visit.page.locator("#toasts .toast")).to_contain_text("check the connection and try again")
        expect(reply).to_have_value("We are looking into it.")
    finally:
        visit.page.context.set_offline(False)
