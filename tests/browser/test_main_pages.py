"""Every main page, in both languages: no complaint, nothing wider than the window, nothing inaccessible."""

import pytest

from tests.browser.conftest import VisitAs
from tests.browser.pages import MAIN_PAGES, MainPage
from tests.browser.visit import Visit

LOOKS = (
    pytest.param("en", 1280, False, id="en-1280-light"),
    pytest.param("zh-hans", 390, True, id="zh-390-dark"),
)
NARROWEST = 360


# All pages of one look before those of the next: whoever reads in both languages then changes once.
@pytest.mark.parametrize("main_page", MAIN_PAGES, ids=lambda each: each.name)
@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_main_page_is_clean(
    visit_as: VisitAs, main_page: MainPage, language: str, width: int, dark: bool
) -> None:
    visit = visit_as(main_page.role, language=language, width=width, dark=dark)
    with visit.pictured(f"{main_page.name}-{language}-{width}-{'dark' if dark else 'light'}"):
        go_to(visit, main_page)
        assert visit.page.evaluate("document.documentElement.lang") == language
        assert visit.complaints == []
        assert visit.overflow() <= 0
        if width < 600:
            visit.page.set_viewport_size({"width": NARROWEST, "height": 740})
            assert visit.overflow() <= 0
        assert visit.serious_violations() == []


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", False), ("en", True)])
@pytest.mark.parametrize("width", [1280, 390])
def test_home_in_the_other_look(visit_as: VisitAs, language: str, dark: bool, width: int) -> None:
    visit = visit_as("manager", language=language, width=width, dark=dark)
    with visit.pictured(f"home-{language}-{width}-{'dark' if dark else 'light'}"):
        visit.open("/")
        assert visit.complaints == []
        assert visit.overflow() <= 0
        assert visit.serious_violations() == []


def go_to(visit: Visit, main_page: MainPage) -> None:
    """Open the page; where it is reached by a link, follow the first one."""
    page = visit.open(main_page.path)
    if main_page.follow:
        href = page.locator(main_page.follow).first.get_attribute("href")
        assert href is not None
        visit.open(href)


def test_what_is_broken_is_seen(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/tasks/")
    assert (visit.complaints, visit.overflow()) == ([], 0)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.querySelector('main').style.width = '3000px'")
    # In one of many rows that are alike.
    page.evaluate(
        "[...document.querySelectorAll('main .list-row')].at(-2).append(document.createElement('input'))"
    )
    visit.settle()
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    assert visit.overflow() > 0
    assert [found.partition(":")[0] for found in visit.serious_violations()] == ["label"]
