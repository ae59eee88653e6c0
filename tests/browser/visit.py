"""A tab, what is done in it, and everything it complained about."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import CDPSession, ConsoleMessage, Error, Page, Request, Response

from tests.browser.site import User

SCREENSHOTS = Path(settings.BASE_DIR) / "build" / "screenshots"
HEIGHT = 860
PHONE_WIDTH = 600
QUICK_PAGE = "/tokens/"
# A machine that does other things as well may take long; nobody waits longer than it takes.
PATIENCE_SECONDS = 60
# Two frames later, so that what was begun by the last of them is seen. What waits for `load` is replaced once loaded.
IS_BUSY = """() => new Promise(tell => requestAnimationFrame(() => requestAnimationFrame(() => tell(
    document.readyState !== "complete" || document.querySelector(
        ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, [hx-trigger=load]") !== null))))"""
# Rows that came from one template in one branch are one finding: the same elements with the same attributes but for
# numbers, and text or none in the same places. Some of each kind stay.
WITHOUT_TWINS = r"""() => {
    const words = new Set(["alt", "aria-label", "placeholder", "title", "value"]);
    const attribute = ({name, value}) => name + "=" + (words.has(name) ? value !== "" : value.replace(/[\d.]+/g, "0"));
    const shape = (node) => {
        if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeValue.trim() === "" ? "" : "text";
        const inside = node.tagName === "svg" ? [] : [...node.childNodes].map(shape);
        return `<${node.tagName} ${[...node.attributes].map(attribute)}>${inside.join("")}</>`;
    };
    const seen = new Map();
    for (const row of document.querySelectorAll("tbody > tr, ul > li, ol > li")) {
        const found = shape(row);
        seen.set(found, (seen.get(found) ?? 0) + 1);
        if (seen.get(found) > 3) row.remove();
    }
}"""
# What moved under the reader's eyes since the page began, as Core Web Vitals sum it up.
LAYOUT_SHIFT = """() => new Promise(tell => {
    let sum = 0;
    const watch = new PerformanceObserver(seen => {
        for (const shift of seen.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
    });
    watch.observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => { watch.disconnect(); tell(sum); }));
})"""
# Selectors of elements that nobody reads would be most of the work, and style sheets are not fetched anew.
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"], selectors: false, preload: false})).violations
    .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`))"""


class Visit:
    """Console errors (a refused inline style is one), script errors and failed requests are `complaints`."""

    def __init__(self, page: Page, url: str, *, runs_scripts: bool = True) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self._runs_scripts = runs_scripts
        self._protocol: CDPSession | None = None
        self._under_way: set[Request] = set()
        self._heard: tuple[tuple[Any, Callable[[Any], None]], ...] = (
            ("console", self._console),
            ("pageerror", self._error),
            ("response", self._response),
            ("request", self._begun),
            ("requestfinished", self._ended),
            ("requestfailed", self._ended),
        )
        for event, hear in self._heard:
            page.on(event, hear)

    def forget(self) -> None:
        """The tab is as empty as a new one, and another visit may have it."""
        for event, hear in self._heard:
            self.page.remove_listener(event, hear)
        if self._protocol is not None:
            self._protocol.detach()
        self.page.goto("about:blank")

    def open(self, path: str) -> Page:
        """The page at `path`, with everything that it loads by itself."""
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """No request is under way, and htmx has put in place what came."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._runs_scripts and (self.page.evaluate(IS_BUSY) or self._under_way):
            waits_for = [request.url for request in self._under_way]
            assert time.monotonic() < deadline, f"{self.page.url} is still busy {waits_for}"

    def sign_in(self, user: User) -> None:
        """Through the form, as people do."""
        self.page.goto(f"{self.url}/sign-in/")
        self.page.fill("input[name=email]", user.email)
        self.page.fill("input[name=password]", user.password)
        self.page.click("main form.form button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")

    def read_in(self, language: str) -> None:
        """The account's language is `language`; on a phone its buttons wait inside the navigation."""
        self.open(QUICK_PAGE)
        if self.page.locator("html").get_attribute("lang") != language:
            with self.page.expect_navigation():
                self.page.locator(f"form.segments button[value={language}]").first.dispatch_event("click")

    def look(self, width: int, dark: bool) -> None:
        """The window of a computer, or below 600 pixels of a phone that one taps on; the page is not loaded anew."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        if self._protocol is None:
            self._protocol = self.page.context.new_cdp_session(self.page)
        self._protocol.send("Emulation.setTouchEmulationEnabled", {"enabled": width < PHONE_WIDTH})

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def layout_shift(self) -> float:
        """The cumulative layout shift so far: 0 where nothing moved, 1 where all of the window moved by its height."""
        return float(self.page.evaluate(LAYOUT_SHIFT))

    def violations(self) -> list[str]:
        """What axe finds, however grave: the rule, and the elements that break it.

        Comes last: rows like others leave the page, and axe sets inline styles, which the browser complains about.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(WITHOUT_TWINS)
            self.page.evaluate(AXE_SCRIPT)
        return list(self.page.evaluate(VIOLATIONS))

    @contextmanager
    def pictured(self, name: str) -> Iterator[None]:
        """The whole page goes into build/screenshots where the block fails; OPSTEAM_SCREENSHOTS=1 takes them all."""
        wanted = True
        try:
            yield
            wanted = os.environ.get("OPSTEAM_SCREENSHOTS") == "1"
        finally:
            if wanted:
                self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def _begun(self, request: Request) -> None:
        self._under_way.add(request)

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"script error: {error}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")
