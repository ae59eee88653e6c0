"""The command palette, shortcuts and the people picker, by the keyboard alone."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs

CHOSEN = "#palette [role=option][aria-selected=true]"


def test_everything_is_reached_by_typing(visit_as: VisitAs) -> None:
    visit = visit_as("manager", language="zh-hans")
    page = visit.open("/kpis/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=combobox]")).to_be_focused()
    page.keyboard.type("xjrw")
    expect(page.locator(CHOSEN)).to_contain_text("新建任务")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tasks/new/$"))
    assignee = page.get_by_role("combobox", name="负责人")
    assignee.focus()
    page.keyboard.type("w")
    option = page.locator(".picker [role=option][aria-selected=true]")
    expect(option).to_have_attribute("value", re.compile(r"\d"))
    person = option.get_attribute("value")
    page.keyboard.press("Enter")
    expect(page.locator("select[name=assignee]")).to_have_value(str(person))
    expect(assignee).not_to_have_value("w")
    visit.open("/tasks/")
    filtered = page.locator("main .filters").get_by_role("combobox", name="负责人")
    filtered.focus()
    expect(option).to_have_attribute("value", re.compile(r"\d"))
    page.keyboard.press("ArrowUp")
    expect(option).to_have_text("无人")
    page.keyboard.press("Enter")
    expect(page.locator("main select[name=assignee]")).to_have_value("none")
    page.wait_for_url(re.compile("assignee=none"))
    visit.open("/tasks/")
    page.keyboard.press("/")
    page.keyboard.type("反馈")
    expect(page.locator(CHOSEN)).to_contain_text("反馈")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("main .list-row").nth(1).locator(".list-main > a")).to_be_focused()
    page.keyboard.type("gk")
    page.wait_for_url(re.compile(r"/kpis/$"))
    page.keyboard.press("?")
    expect(page.locator("#shortcut-sheet kbd").first).to_be_visible()
    page.locator("#shortcut-sheet [data-shortcuts-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.type("gt")
    expect(page).to_have_url(re.compile(r"/kpis/$"))
    assert visit.complaints == []
