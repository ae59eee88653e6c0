"""A browser, the site it visits, and a watch over what the browser complains about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.site import Site
from tests.browser.visit import HEIGHT, PATIENCE_SECONDS, PHONE_WIDTH, Visit

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m "not browser"` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The machine's Chromium; its event loop disturbs whatever else this process does until it is closed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("needs Chromium; on Debian and Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--process-per-site", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """What all browser tests share."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, seeded once for all browser tests."""
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


class Windows:
    """The browser's contexts: one for each role in each look, which signs in once and keeps its cache."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._kept: dict[tuple[object, ...], BrowserContext] = {}
        self._tabs: dict[BrowserContext, Page] = {}

    def new(self, language: str, width: int, dark: bool, options: dict[str, Any]) -> BrowserContext:
        """A window with neither cookies nor cache."""
        context = self._browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=width < PHONE_WIDTH,
            locale={"zh-hans": "zh-CN"}.get(language, "en-GB"),
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return context

    def of(self, role: str, language: str, width: int, dark: bool, options: dict[str, Any]) -> BrowserContext:
        """The window in which this role is signed in and reads in this language."""
        look = (role, language, width, dark, *sorted(options.items()))
        context = self._kept.get(look)
        if context is None:
            context = self.new(language, width, dark, options)
            self._sign_in(context, role, language)
            self._kept[look] = context
        self._read_in(context, role, language)
        return context

    def tab_of(self, context: BrowserContext) -> Page:
        """The tab of this window that stays open from one test to the next."""
        if context not in self._tabs:
            self._tabs[context] = context.new_page()
        return self._tabs[context]

    def keeps(self, page: Page) -> bool:
        """Whether the tab stays open."""
        return page in self._tabs.values()

    def close(self) -> None:
        """All windows are closed."""
        for context in self._kept.values():
            context.close()

    def _sign_in(self, context: BrowserContext, role: str, language: str) -> None:
        """Through the form once per person, by the same cookies ever after."""
        user = self._site.user(role, language)
        if user.email in self._site.cookies:
            context.add_cookies(self._site.cookies[user.email])
            return
        page = context.new_page()
        Visit(page, self._site.url).sign_in(user)
        page.close()
        self._site.cookies[user.email] = context.cookies()

    def _read_in(self, context: BrowserContext, role: str, language: str) -> None:
        """The language belongs to the account, and a person may have windows in both."""
        email = self._site.user(role, language).email
        if self._site.languages.get(email) != language:
            page = context.new_page()
            Visit(page, self._site.url).read_in(language)
            page.close()
            self._site.languages[email] = language


@pytest.fixture(scope="package")
def windows(browser: Browser, site: Site) -> Iterator[Windows]:
    """What all browser tests look through."""
    windows = Windows(browser, site)
    yield windows
    windows.close()


class VisitAs(Protocol):
    """`visit_as("manager", language="en", width=390, dark=True)`; "" is a stranger."""

    def __call__(
        self,
        role: str,
        *,
        language: str = "en",
        width: int = 1280,
        dark: bool = False,
        again: bool = False,
        **options: Any,
    ) -> Visit:
        """A tab of this person, or of somebody nobody knows in a window of their own.

        With `again` the tab of the test before, for tests that do nothing to a tab but read: a new one costs a second.
        """


@pytest.fixture
def visit_as(windows: Windows, site: Site) -> Iterator[VisitAs]:
    """Opens tabs, each closed with the test."""
    opened: list[Visit | BrowserContext] = []

    def visit(
        role: str,
        *,
        language: str = "en",
        width: int = 1280,
        dark: bool = False,
        again: bool = False,
        **options: Any,
    ) -> Visit:
        if role:
            context = windows.of(role, language, width, dark, options)
        else:
            context = windows.new(language, width, dark, options)
            opened.append(context)
        page = windows.tab_of(context) if again and role else context.new_page()
        found = Visit(page, site.url, runs_scripts=options.get("java_script_enabled", True))
        opened.append(found)
        return found

    yield visit
    for each in reversed(opened):
        if isinstance(each, Visit) and windows.keeps(each.page):
            each.forget()
        elif isinstance(each, Visit):
            each.page.close()
        else:
            each.close()
