"""Bad addresses, queries, headers and forms, against every page."""

from django.utils.http import urlencode

from tests.architecture.world import World
from tests.hostile.attack import Attack, addresses, some, with_bad_parts
from tests.hostile.corpus import HEADERS, LONG, WORDS
from tests.hostile.markup import forms_of

FORM = "application/x-www-form-urlencoded"


def query_names(text: str) -> list[str]:
    """Every name that a form or a link of the page puts into a query."""
    names = {"next", "n", "page", "cursor"}
    names |= {name for form in forms_of(text) if form.method == "get" for name in form.fields}
    queries = [part.partition('"')[0] for part in text.split('href="?')[1:]]
    return sorted(names | {pair.partition("=")[0] for query in queries for pair in query.split("&amp;")})


def test_bad_addresses_and_queries_of_pages(world: World, browser: Attack) -> None:
    for method, address, path, _row in addresses(world, "pages"):
        for bad in with_bad_parts(address):
            browser.send(method, bad)
        if method == "GET":
            names = query_names(browser.send("GET", path).getvalue().decode(errors="replace"))
            for word in (LONG, "9999-12-31", "%ED%A0%80", *some(WORDS, 2)):
                browser.send("GET", f"{path}?{'&'.join(f'{name}={word}' for name in names)}")
            for name in some(names, 3):
                browser.send("GET", f"{path}?{name}=abc")
    assert browser.found() == []
    assert browser.sent > 300


def test_bad_headers_of_pages(world: World, browser: Attack) -> None:
    for path in ("/tasks/", "/feedback/new/", f"/kpis/{world.values['key']}/series.csv", "/sign-in/"):
        for headers in HEADERS:
            browser.send("GET", path, **headers)
            browser.send("POST", path, b"title=x", **{"Content-Type": FORM, **headers})
    assert browser.found() == []


def test_bad_forms(world: World, browser: Attack) -> None:
    for method, _address, path, row in addresses(world, "pages"):
        if method != "POST":
            continue
        fields = world.fill(row.get("form", {}))
        for word in some(WORDS, 6):
            browser.send(
                "POST", path, "&".join(f"{name}={word}" for name in fields).encode(), Content_Type=FORM
            )
        for name in fields:
            good = urlencode({key: value for key, value in fields.items() if key != name}, doseq=True)
            for word in some(WORDS, 2):
                browser.send("POST", path, f"{good}&{name}={word}".encode(), Content_Type=FORM)
        browser.send("POST", path, b"&".join(b"a%d=1" % number for number in range(1_100)), Content_Type=FORM)
        browser.send("POST", path, b"%ff=%fe&=&&;", Content_Type=FORM)
        browser.send("POST", path, b"--x\r\nbroken", Content_Type="multipart/form-data; boundary=x")
        browser.send("POST", path, b"{}", Content_Type="application/json")
    assert browser.found() == []
    assert browser.sent > 300
