"""Hands on a keyboard: how a journey without a mouse gets to things."""

from playwright.sync_api import Locator, Page

from tests.browser.visit import Visit

MOST_STOPS = 80
MOST_KEYS = 30


def has_focus(wanted: Locator) -> bool:
    """Whether it is there and has the focus."""
    return bool(wanted.evaluate_all("every => every.length > 0 && every[0] === document.activeElement"))


def tab_to(page: Page, wanted: Locator, *, most_stops: int = MOST_STOPS) -> None:
    """Tab until the element has the focus."""
    for _stop in range(most_stops):
        if has_focus(wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def press_until(visit: Visit, key: str, wanted: Locator) -> None:
    """Press the key until the element has the focus."""
    for _press in range(MOST_KEYS):
        visit.page.keyboard.press(key)
        if has_focus(wanted):
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def follow(visit: Visit, wanted: Locator, *, most_stops: int = MOST_STOPS) -> None:
    """Tab to it, press Enter, and see where it leads."""
    tab_to(visit.page, wanted, most_stops=most_stops)
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
    visit.settle()
