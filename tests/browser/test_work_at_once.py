"""What a page shows at once: cards that are dragged, changes that are refused, rows that are chosen, what others do."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import VisitAs


def number_of(card: Locator) -> str:
    """The number of the task that a card or row stands for."""
    return (card.get_attribute("id") or "").removeprefix("task-")


def drop(page: Page, card: Locator, place: str) -> None:
    """By its corner: what is in the middle may be a menu."""
    card.drag_to(
        page.locator(f"[data-drop='{place}']"),
        source_position={"x": 6, "y": 6},
        target_position={"x": 60, "y": 20},
    )


def drag(page: Page, card: Locator, place: str) -> str:
    """The card is dropped into the place, and the server has answered; returns the task's number."""
    number = number_of(card)
    with page.expect_response(re.compile(rf"/tasks/{number}/(status|plan)/")):
        drop(page, card, place)
    return number


def test_a_card_that_is_dragged_changes_its_task(visit_as: VisitAs) -> None:
    visit = visit_as("member")
    page = visit.open("/tasks/?view=board")
    number = drag(page, page.locator("[data-drop='status=todo'] [data-card]").first, "status=waiting")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    visit.open("/tasks/?view=board&status=waiting&order=newest")
    expect(page.locator(f"[data-drop='status=waiting'] #task-{number}")).to_have_count(1)

    visit.open("/work/")
    number = drag(
        page, page.locator("[data-drop]:not([data-drop='when=today']) [data-card]").first, "when=today"
    )
    expect(page.locator("#toasts .toast")).to_have_count(1)
    visit.open("/work/")
    expect(page.locator(f"[data-drop='when=today'] #task-{number}")).to_have_count(1)
    assert visit.complaints == []


def test_what_the_server_refuses_goes_back_and_is_told(visit_as: VisitAs) -> None:
    visit = visit_as("member")
    page = visit.open("/tasks/?view=board")
    column = page.locator("[data-drop='status=todo'] [data-cards]")
    before = [number_of(each) for each in column.locator("[data-card]").all()]
    card = column.locator("[data-card]").nth(1)
    select = card.locator("select[name=status]")
    select.evaluate("select => select.form.setAttribute('hx-post', '/tasks/999999999/status/')")
    select.evaluate("select => htmx.process(select.form)")
    with page.expect_response(re.compile("/tasks/999999999/status/")):
        drop(page, card, "status=waiting")
    expect(page.locator("#toasts .toast")).to_contain_text("There is nothing here")
    assert [number_of(each) for each in column.locator("[data-card]").all()] == before
    expect(select).to_have_value("todo")
    expect(page.locator("[data-pending]")).to_have_count(0)


def test_rows_are_chosen_and_changed_by_single_keys(visit_as: VisitAs) -> None:
    visit = visit_as("member")
    page = visit.open("/tasks/?order=newest")
    rows = page.locator("#rows [data-card]")
    first, second = (number_of(rows.nth(place)) for place in (0, 1))
    rows.nth(0).locator(".list-main > a").focus()
    for key in "xjxd":
        page.keyboard.press(key)
    expect(page.locator("#many output")).to_have_text("2")
    page.keyboard.type("2030-01-02")
    page.keyboard.press("Enter")
    for number in (first, second):
        expect(page.locator(f"#task-{number}")).to_contain_text("2 Jan 2030")
    expect(page.locator("#many")).to_be_hidden()
    expect(page.locator(f"#task-{second} .list-main > a")).to_be_focused()

    page.keyboard.press("d")
    page.keyboard.type("no such day")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts .toast").last).to_contain_text("“no such day” is no day")
    expect(page.locator("#many [name=due]")).to_have_value("no such day")
    page.keyboard.press("Escape")
    expect(page.locator(f"#task-{second} .list-main > a")).to_be_focused()
    page.keyboard.press("e")
    page.wait_for_url(re.compile(rf"/tasks/{second}/edit/$"))


def set_elsewhere(page: Page, row: str, status: str) -> None:
    """The status of the row's task as another window of the same person sets it, and the page asks what is new."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    address = f"{page.url}tasks/{row.removeprefix('task-')}/status/"
    page.request.post(address, form={"csrfmiddlewaretoken": token, "status": status, "next": "/tokens/"})
    with page.expect_response(re.compile("/pulse/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_home_follows_what_others_do_and_takes_neither_the_focus_nor_what_was_typed(
    visit_as: VisitAs,
) -> None:
    visit = visit_as("manager")
    page = visit.open("/")
    mine = page.locator("#part-work select[name=status]").first
    row = page.locator("#part-work [data-card]").nth(1).get_attribute("id") or ""
    theirs = page.locator(f"#{row} select[name=status]")
    before = theirs.input_value()
    mine.focus()
    set_elsewhere(page, row, "in_progress" if before == "todo" else "todo")
    visit.settle()
    expect(mine).to_be_focused()
    expect(theirs).to_have_value(before)
    typed = page.locator("#scope-from")
    typed.focus()
    expect(theirs).not_to_have_value(before)
    page.keyboard.type("02022026")
    set_elsewhere(page, row, before)
    expect(theirs).to_have_value(before)
    expect(typed).to_be_focused()
    expect(typed).to_have_value("2026-02-02")
    assert visit.complaints == []
