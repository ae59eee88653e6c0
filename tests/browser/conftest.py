"""A browser, the site it visits, and a watch over what the browser complains about."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.browser.site import Site, User

SCREENSHOTS = Path(settings.BASE_DIR) / "build" / "screenshots"
QUICK_PAGE = "/tokens/"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m "not browser"` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; ended with the package, since its event loop would disturb other tests."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("needs Chromium; on Debian and Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, seeded once for all browser tests."""
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@dataclass
class Visit:
    """A tab with a signed-in person, and everything it complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Console errors (a refused inline style is one), script errors and failed requests are complaints."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("response", self._response)

    def open(self, path: str) -> Page:
        """The page at `path`, with everything loaded."""
        self.page.goto(self.url + path, wait_until="networkidle")
        return self.page

    def sign_in(self, user: User) -> None:
        """Through the form, as people do."""
        self.page.goto(f"{self.url}/sign-in/")
        self.page.fill("input[name=email]", user.email)
        self.page.fill("input[name=password]", user.password)
        self.page.click("main form.form button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")

    def read_in(self, language: str) -> None:
        """The account's language is `language`; on a phone its buttons wait inside the navigation."""
        if self.page.locator("html").get_attribute("lang") != language:
            with self.page.expect_navigation():
                self.page.locator(f"form.segments button[value={language}]").first.dispatch_event("click")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def screenshot(self, name: str) -> None:
        """The whole page into build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")


VisitAs = Callable[..., Visit]


def _enter(visit: Visit, context: BrowserContext, site: Site, role: str, language: str) -> None:
    """Signed in, and reading in that language; through the form once per person, by the same cookies ever after."""
    user = site.user(role, language)
    if user.email in site.cookies:
        context.add_cookies(site.cookies[user.email])
        visit.page.goto(f"{site.url}{QUICK_PAGE}")
    else:
        visit.sign_in(user)
        site.cookies[user.email] = context.cookies()
    visit.read_in(language)


@pytest.fixture
def visit_as(browser: Browser, site: Site) -> Iterator[VisitAs]:
    """Opens a tab: `visit_as("manager", language="en", width=390, dark=True)`; "" is a stranger."""
    contexts: list[BrowserContext] = []

    def visit(
        role: str, *, language: str = "en", width: int = 1280, dark: bool = False, **options: Any
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=width < 600,
            locale={"zh-hans": "zh-CN"}.get(language, "en-GB"),
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        visit = Visit(context.new_page(), site.url)
        if role:
            _enter(visit, context, site, role, language)
        visit.listen()
        return visit

    yield visit
    for context in contexts:
        context.close()
