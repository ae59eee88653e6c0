"""Bad files through every door that takes one; doors are found by looking at every page."""

import io
import tracemalloc
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.architecture.world import World
from tests.hostile.attack import Attack, addresses
from tests.hostile.corpus import FILES
from tests.hostile.markup import Form, forms_of

MOST_BYTES = 160 * 1024 * 1024
# What no door reads: it says so, and does not try.
FOREIGN = {
    "workbook.xlsx",
    "bomb.xlsx",
    "workbook-called.csv",
    "old-workbook.xls",
    "bomb.csv.gz",
    "bomb-called.csv",
}


def doors(world: World, browser: Attack) -> Iterator[tuple[str, Form]]:
    """Path and form of everything that takes a file."""
    for method, _address, path, _row in addresses(world, "pages"):
        if method == "GET":
            for form in forms_of(browser.client.get(path).getvalue().decode(errors="replace")):
                if form.files:
                    yield form.action or path, form


def sent(form: Form, name: str, content: bytes, **more: str) -> bytes:
    """The form with this file in each of its places."""
    files = {field: SimpleUploadedFile(name, content, "text/csv") for field in form.files}
    return encode_multipart(BOUNDARY, {**form.fields, **files, **more})


def test_bad_files_are_answered_in_words_and_store_nothing_by_being_looked_at(
    world: World, browser: Attack
) -> None:
    found = list(doors(world, browser))
    assert found, "no page takes a file"
    for path, form in found:
        for name, content in FILES.items():
            for step in ("", "check"):
                answer = browser.send(
                    "POST", path, sent(form, name, content, step=step), Content_Type=MULTIPART_CONTENT
                )
                if name in FOREIGN:
                    assert answer.status_code in {413, 422}, f"{path} took {name}"
    assert browser.found() == []


def test_a_small_file_that_unpacks_into_a_large_one_costs_no_memory(world: World, browser: Attack) -> None:
    for path, form in doors(world, browser):
        for name in ("bomb.csv.gz", "bomb-called.csv", "bomb.xlsx"):
            body = sent(form, name, FILES[name])
            tracemalloc.start()
            browser.send("POST", path, body, Content_Type=MULTIPART_CONTENT)
            _now, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < MOST_BYTES, f"{name} cost {peak:,} bytes"


def test_a_multipart_body_may_be_broken_anywhere(world: World, browser: Attack) -> None:
    path, form = next(doors(world, browser))
    good = sent(form, "a.csv", b"date,value\n2026-01-01,1\n")
    for cut in range(0, len(good), 67):
        browser.send("POST", path, good[:cut], Content_Type=MULTIPART_CONTENT)
    for kind in (
        MULTIPART_CONTENT.replace(BOUNDARY, "x" * 300),
        "multipart/form-data",
        "multipart/mixed; boundary=a",
    ):
        browser.send("POST", path, good, Content_Type=kind)
    browser.send("POST", path, io.BytesIO(good).read() * 3, Content_Type=MULTIPART_CONTENT)
    assert browser.found() == []
