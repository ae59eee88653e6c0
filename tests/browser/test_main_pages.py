"""Every main page, in both languages: no complaint, nothing wider than the window, nothing inaccessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit, VisitAs
from tests.browser.pages import MAIN_PAGES, MainPage

LOOKS = (
    pytest.param("en", 1280, False, id="en-1280-light"),
    pytest.param("zh-hans", 390, True, id="zh-390-dark"),
)
NARROWEST = 360


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
@pytest.mark.parametrize("main_page", MAIN_PAGES, ids=lambda each: each.name)
def test_main_page_is_clean(
    visit_as: VisitAs, main_page: MainPage, language: str, width: int, dark: bool
) -> None:
    visit = visit_as(main_page.role, language=language, width=width, dark=dark)
    go_to(visit, main_page)
    scheme = "dark" if dark else "light"
    visit.screenshot(f"{main_page.name}-{language}-{width}-{scheme}")
    assert visit.page.evaluate("document.documentElement.lang") == language
    assert visit.complaints == []
    assert visit.overflow() <= 0
    if width < 600:
        visit.page.set_viewport_size({"width": NARROWEST, "height": 740})
        assert visit.overflow() <= 0
    assert serious_violations(visit) == []


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", False), ("en", True)])
@pytest.mark.parametrize("width", [1280, 390])
def test_home_in_the_other_look(visit_as: VisitAs, language: str, dark: bool, width: int) -> None:
    visit = visit_as("manager", language=language, width=width, dark=dark)
    visit.open("/")
    visit.screenshot(f"home-{language}-{width}-{'dark' if dark else 'light'}")
    assert visit.complaints == []
    assert visit.overflow() <= 0
    assert serious_violations(visit) == []


def go_to(visit: Visit, main_page: MainPage) -> None:
    """Open the page; where it is reached by a link, follow the first one."""
    page = visit.open(main_page.path)
    if main_page.follow:
        href = page.locator(main_page.follow).first.get_attribute("href")
        assert href is not None
        visit.open(href)


def serious_violations(visit: Visit) -> list[str]:
    """What axe calls serious or critical: the rule, and the elements that break it.

    Comes last: axe itself sets inline styles, which the browser refuses and complains about.
    """
    found = Axe().run(visit.page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
