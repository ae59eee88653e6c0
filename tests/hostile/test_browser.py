"""Every page in a real browser while every text of the database wants to run a script: none does."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from opsteam.embedded import programs
from opsteam.embedded.ports import LOOPBACK, free_port, listening
from people.models import User
from tests.architecture.world import World, create_world
from tests.browser.conftest import open_browser
from tests.conftest import sign_in
from tests.harness.house import url_of_test_database, wait_until
from tests.hostile.attack import addresses
from tests.hostile.dealing import IS_FULL, dealt
from tests.hostile.markup import probe_of
from tests.hostile.planting import plant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What is loaded down or is no page.
FILES = ("csv", "json", ".pdf", ".png", ".webmanifest", "/schema/", "/report/")
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; while its event loop runs, Django takes this thread for one of asyncio's."""
    with pytest.MonkeyPatch.context() as environment, open_browser() as browser:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture
def planted(transactional_db: None) -> World:
    """The world, committed, with a probe in every text."""
    world = create_world()
    assert plant(probe_of)[0] > 100
    return world


@pytest.fixture
def url(planted: World, tmp_path: Path) -> Iterator[str]:
    """The real web server over the test's database."""
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_test_database(),
        "OPSTEAM_SITE_URL": address,
        "OPSTEAM_STATE_DIR": str(tmp_path),
    }
    place = programs.Place(Path(settings.BASE_DIR), environment, tmp_path / "web.log")
    listener = listening(port)
    assert listener is not None
    web = programs.WebCommand(listener, address, place)
    web.launch()
    wait_until(web.is_ready, 60, f"the web server answers, see {place.log}")
    yield address
    web.stop()


def context_of(browser: Browser, url: str, client: Client) -> BrowserContext:
    """A browser with the cookies of a signed-in client."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    context.add_cookies(
        [{"name": name, "value": cookie.value, "url": url} for name, cookie in client.cookies.items()]
    )
    return context


def complaints(page: Page, path: str) -> list[str]:
    """What ran, what the policy refused, and what became an element."""
    return [
        *(f"{path} ran {each}" for each in page.evaluate("window.ran")),
        *(f"{path} violated {each}" for each in page.evaluate("window.violations")),
        *(f"{path} has an element of the probe" for _ in page.query_selector_all("xss-probe")[:1]),
    ]


def test_the_watch_sees_a_script_that_is_refused(browser: Browser, url: str, planted: World) -> None:
    page = context_of(browser, url, sign_in(planted.cast.adam)).new_page()
    page.goto(f"{url}/tasks/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.evaluate("document.body.append(document.createElement('xss-probe'))")
    deadline = time.monotonic() + 5
    while not page.evaluate("window.violations.length") and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert len(complaints(page, "/tasks/")) == 2
    page.context.close()


def test_no_page_runs_what_somebody_wrote(browser: Browser, url: str, planted: World) -> None:
    """Each page in one of the languages; in both in `make hostile`."""
    context = context_of(browser, url, sign_in(planted.cast.adam))
    page, found, seen = context.new_page(), [], 0
    page.set_default_timeout(20_000)
    paths = [path for method, _address, path, _row in addresses(planted, "pages") if method == "GET"]
    pages = [path for path in paths if not path.endswith(FILES)]
    for path, language in dealt((("page", path) for path in pages), ("en", "zh-hans")):
        User.objects.update(language=language)
        answer = page.goto(url + path, wait_until="load")
        if answer is not None and "text/html" in answer.headers.get("content-type", ""):
            found += complaints(page, path)
            seen += 1
    context.close()
    assert found == []
    assert seen == len(pages) * (2 if IS_FULL else 1)
