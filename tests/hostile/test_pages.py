"""Bad addresses, queries, headers and forms, against every page."""

from django.utils.http import urlencode

from tests.architecture.world import World
from tests.hostile.attack import Attack, addresses, parts
from tests.hostile.corpus import FORM, FORMS, HEADERS, LONG, PARTS, WORDS
from tests.hostile.dealing import dealt, spread
from tests.hostile.seen import control_of, pages_seen

COMMON = {"next", "n", "page", "cursor"}


def test_bad_parts_of_addresses(world: World, browser: Attack) -> None:
    for (method, path, _row), bad in dealt(parts(world, "pages"), PARTS):
        browser.send(method, path.replace("{}", bad))
    assert browser.found() == []
    assert browser.sent > 100


def test_bad_queries(world: World, browser: Attack) -> None:
    """Each name where it is known, by the control that asks for it; and all names of the house at once, everywhere."""
    pages = pages_seen(world, browser)
    readable = [
        (address, path) for method, address, path, _row in addresses(world, "pages") if method == "GET"
    ]
    given = [
        (control_of(pages, name), (path, name))
        for address, path in readable
        for name in pages[address].query_names
    ]
    for (path, name), word in spread(given, WORDS):
        browser.send("GET", f"{path}?{name}={word}")
    every = sorted(COMMON.union(*(page.query_names for page in pages.values())))
    for (_address, path), word in dealt(
        (("page", one) for one in readable), (LONG, "9999-12-31", "%ED%A0%80", "abc", "")
    ):
        browser.send("GET", f"{path}?{'&'.join(f'{name}={word}' for name in every)}")
    assert browser.found() == []
    assert len(every) > 15


def test_bad_headers(world: World, browser: Attack) -> None:
    given = [
        (path, (method, path))
        for path in ("/tasks/", "/feedback/new/", f"/kpis/{world.values['key']}/series.csv", "/sign-in/")
        for method in ("GET", "POST")
    ]
    for (method, path), headers in dealt(given, HEADERS):
        body = b"title=x" if method == "POST" else b""
        browser.send(method, path, body, **{"Content-Type": FORM, **headers})
    assert browser.found() == []
    assert browser.sent >= 4 * len(HEADERS)


def test_bad_forms(world: World, browser: Attack) -> None:
    """Each field alone, by the control that asks for it; all fields at once; and bodies that are no form."""
    pages = pages_seen(world, browser)
    posts = [
        (path, world.fill(row.get("form", {})))
        for method, _address, path, row in addresses(world, "pages")
        if method == "POST"
    ]
    given = [(control_of(pages, name), (path, fields, name)) for path, fields in posts for name in fields]
    for (path, fields, name), word in spread(given, WORDS):
        good = urlencode({key: value for key, value in fields.items() if key != name}, doseq=True)
        browser.send("POST", path, f"{good}&{name}={word}".encode(), Content_Type=FORM)
    for (path, fields), word in dealt((("form", post) for post in posts if post[1]), WORDS):
        sent = "&".join(f"{name}={word}" for name in fields)
        browser.send("POST", path, sent.encode(), Content_Type=FORM)
    for (path, _fields), (kind, body) in spread((("no form", post) for post in posts), FORMS):
        browser.send("POST", path, body, Content_Type=kind)
    assert browser.found() == []
    assert browser.sent >= len(posts) + 3 * len(WORDS)
