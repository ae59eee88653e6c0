"""A manager's morning without a mouse, in Chinese: what left its limits, what to do about it, which goal to look at."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.keyboard import follow, press_until, tab_to
from tests.browser.site import Site
from tests.browser.visit import Visit

TITLE = "查一查准时率为什么下降"
# What the worker does every minute.
WATCH = "from kpis import jobs; jobs.judge(); jobs.watch()"


def look_after_the_signal(visit: Visit) -> None:
    """From Home to the first signal, which becomes the manager's own, with a task."""
    page = visit.page
    press_until(visit, "]", page.locator("#part-signals .list-main > a"))
    follow(visit, page.locator("#part-signals .list-row form button"))
    expect(page.locator("#toasts")).to_contain_text("您")
    tab_to(page, page.locator("details.card-more > summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("input[name=title]"))
    page.keyboard.press("Control+a")
    page.keyboard.type(TITLE)
    tab_to(page, page.locator("input[name=due_on]"))
    page.keyboard.press("Enter")
    expect(page.locator("main .list-row", has_text=TITLE)).to_have_count(1)
    visit.settle()


def test_a_managers_morning_by_keyboard_only(visit_as: VisitAs, site: Site) -> None:
    site.run(WATCH)
    visit = visit_as("manager", language="zh-hans")
    page = visit.open("/")
    follow(visit, page.locator("#part-tiles a[href*='/rows/']"))
    expect(page.locator("h1")).to_have_text("数字背后的明细")
    visit.settle()
    page.keyboard.type("gh")
    page.wait_for_url(f"{visit.url}/")
    visit.settle()

    look_after_the_signal(visit)
    page.keyboard.type("gh")
    page.wait_for_url(f"{visit.url}/")
    visit.settle()
    press_until(visit, "]", page.locator("#reviews .list-main > a"))
    goal = page.locator("#reviews .list-main > a").first.inner_text()
    follow(visit, page.locator("#reviews .list-end a"))
    expect(page.locator("h1")).to_have_text(goal)
    tab_to(page, page.locator("#check-in input[name=confidence]"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("#check-in textarea[name=note]"))
    page.keyboard.type("准时率在回升")
    follow(visit, page.locator("#check-in button[type=submit]"))
    expect(page.locator("#check-ins")).to_contain_text("准时率在回升")

    page.keyboard.press("Control+k")
    page.keyboard.type("投诉率")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("投诉率")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/kpis/[\w-]+/$"))
    visit.settle()
    tab_to(page, page.locator("#home-team > summary"))
    page.keyboard.press("Enter")
    visit.settle()
    tab_to(page, page.locator("#home-teams button[name=team]").nth(1))
    team = page.locator("#home-teams button[name=team]").nth(1).inner_text()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#home-team > summary")).to_contain_text(team)
    assert visit.complaints == []
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(f"{visit.url}/home-team/", form={"csrfmiddlewaretoken": token, "team": ""})
