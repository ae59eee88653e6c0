"""Every main page in every look: no complaint, nothing wider than the window, nothing inaccessible.

A look is a language, a width and a theme. `make test` deals them: each page is read in one language and given to axe
in one look, neighbours in different ones; `make looks` has every page in all eight.
"""

import os
from itertools import product

import pytest

from tests.browser.conftest import VisitAs
from tests.browser.pages import MAIN_PAGES, MainPage
from tests.browser.visit import Visit

IS_FULL = os.environ.get("OPSTEAM_LOOKS") == "all"
LANGUAGES = ("en", "zh-hans")
WIDTHS = (1280, 390)
NARROWEST = 360
MOST_SHIFT = 0.02
LOOKS = tuple(product(WIDTHS, (False, True)))


def dealt(place: int) -> tuple[tuple[str, ...], tuple[tuple[int, bool], ...]]:
    """The languages and the looks of the page at this place of the list."""
    if IS_FULL:
        return LANGUAGES, LOOKS
    return (LANGUAGES[place % 2],), (LOOKS[place // 2 % 4],)


@pytest.mark.parametrize(
    ("main_page", "language", "looks"),
    [
        # All pages of one language before those of the next: whoever reads in both then changes once.
        pytest.param(main_page, language, dealt(place)[1], id=f"{main_page.name}-{language}")
        for language in LANGUAGES
        for place, main_page in enumerate(MAIN_PAGES)
        if language in dealt(place)[0]
    ],
)
def test_main_page_is_clean(
    visit_as: VisitAs, main_page: MainPage, language: str, looks: tuple[tuple[int, bool], ...]
) -> None:
    visit = visit_as(main_page.role, language=language, again=True)
    with visit.pictured(f"{main_page.name}-{language}"):
        go_to(visit, main_page)
        assert visit.page.evaluate("document.documentElement.lang") == language
        assert visit.layout_shift() <= MOST_SHIFT
        for width in (*WIDTHS, NARROWEST):
            visit.look(width, dark=False)
            assert visit.overflow() <= 0, f"{width} px"
    assert visit.complaints == []
    for width, dark in looks:
        visit.look(width, dark)
        with visit.pictured(f"{main_page.name}-{language}-{width}-{'dark' if dark else 'light'}"):
            assert visit.violations() == []


def go_to(visit: Visit, main_page: MainPage) -> None:
    """Open the page; where it is reached by a link, follow the first one."""
    page = visit.open(main_page.path)
    if main_page.follow:
        href = page.locator(main_page.follow).first.get_attribute("href")
        assert href is not None
        visit.open(href)


def test_every_look_is_dealt_to_some_page() -> None:
    dealt_to = {dealt(place) for place in range(len(MAIN_PAGES))}
    assert len(dealt_to) == (1 if IS_FULL else len(LANGUAGES) * len(LOOKS))


def test_a_look_changes_what_the_page_is_shown_on(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    visit.open("/tokens/")
    seen = []
    for width, dark in LOOKS:
        visit.look(width, dark)
        seen.append(
            visit.page.evaluate(
                "[innerWidth, ...['(prefers-color-scheme: dark)', '(pointer: coarse)'].map(q => matchMedia(q).matches),"
                " getComputedStyle(document.body).backgroundColor]"
            )
        )
    assert [each[:3] for each in seen] == [
        [1280, False, False],
        [1280, True, False],
        [390, False, True],
        [390, True, True],
    ]
    assert seen[0][3] != seen[1][3]


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
    assert [found.partition(":")[0] for found in visit.violations()] == ["label"]


def test_a_colour_that_is_hard_to_read_in_one_theme_is_seen_in_it(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/tokens/")
    page.evaluate("document.querySelector('h1').style.color = '#222'")
    found = {}
    for dark in (False, True):
        visit.look(1280, dark)
        found[dark] = [each.partition(":")[0] for each in visit.violations()]
    assert found == {False: [], True: ["color-contrast"]}


# Every name becomes one word of ninety letters; returns what sticks out of its row, message or table then.
WITH_LONG_NAMES = """() => {
    const names = ".list-main a, .list-main strong, .list-meta span, .message-head strong, tbody th a, td[data-label]";
    const long = [...document.querySelectorAll(`main :is(${names}):not(.num, .nowrap)`)];
    for (const each of long) each.textContent = "Zurück".repeat(15);
    const edge = (each) => Math.round(each.getBoundingClientRect().right);
    const isOut = (each) => edge(each) > edge(each.closest(".list-row, .message, .table-wrap")) + 1;
    return [...long, ...document.querySelectorAll("main .table")].filter(isOut).map((each) => each.outerHTML);
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_stay_in_their_rows(visit_as: VisitAs, width: int) -> None:
    visit = visit_as("admin", again=True)
    for address in ("/goals/", "/feedback/", "/settings/members/", "/settings/teams/"):
        visit.open(address)
        visit.look(width, dark=False)
        assert (visit.page.evaluate(WITH_LONG_NAMES), visit.overflow() <= 0) == ([], True), address
    visit.open("/feedback/").locator(".list-row .list-main > a").first.click()
    visit.settle()
    assert (visit.page.evaluate(WITH_LONG_NAMES), visit.overflow() <= 0) == ([], True)
