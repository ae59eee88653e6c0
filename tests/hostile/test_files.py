"""Bad files through every door that takes one: the pages that have one, found by looking, and the import command."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.architecture.world import World
from tests.hostile.attack import Attack, stored
from tests.hostile.corpus import files, foreign_files
from tests.hostile.dealing import dealt
from tests.hostile.markup import Form
from tests.hostile.seen import pages_seen
from tests.importing.conftest import POINTS, run_import

MOST_BYTES = 64 * 1024 * 1024
BOMBS = ("bomb.csv.gz", "bomb-called.csv", "bomb.xlsx")
COLUMNS = ("--map", "occurred_at=date", "--map", "value=value", "--map", "metric=date")
REFUSED = (413, 422)
STEPS = ("", "check", "store")


@pytest.fixture(params=["/metrics/<str:key>/upload/", "/tasks/import/"])
def door(world: World, browser: Attack, request: pytest.FixtureRequest) -> tuple[str, Form]:
    """Address and form of each way a file comes in (feedback as tasks); another has to be attacked too."""
    found = {
        address: (form.action or world.path(address), form)
        for address, page in pages_seen(world, browser).items()
        for form in page.forms
        if form.files
    }
    assert set(found) == {"/metrics/<str:key>/upload/", "/tasks/import/", "/feedback/import/"}
    return found[request.param]


def sent(form: Form, name: str, content: bytes, **more: str) -> bytes:
    """The form with this file in each of its places."""
    given = {field: SimpleUploadedFile(name, content, "text/csv") for field in form.files}
    return encode_multipart(BOUNDARY, {**form.fields, **given, **more})


def test_bad_files_are_answered_in_words(browser: Attack, door: tuple[str, Form]) -> None:
    """All steps of a door read a file in the same way: in a share each file is given to one of them."""
    path, form = door
    for step, name in dealt((("step", step) for step in STEPS), [*files()]):
        body = sent(form, name, files()[name], step=step)
        answer = browser.send("POST", path, body, Content_Type=MULTIPART_CONTENT)
        if name in foreign_files():
            assert answer.status_code in REFUSED, f"{path} took {name}"
    assert browser.found() == []
    assert browser.sent >= len(files())


def test_the_command_refuses_bad_files_in_words_and_stores_nothing(world: World, tmp_path: Path) -> None:
    before, file = stored(), tmp_path / "rows.csv"
    for name, content in files().items():
        file.write_bytes(content)
        said = run_import("measurements", file, *COLUMNS, "--dry-run")
        assert said.code in {0, 1, 2}
        assert said.code == 0 or said.err, f"{name} is refused without a word"
        if name in foreign_files():
            assert said.code == 2, f"the command took {name}"
    assert stored() == before


@pytest.mark.parametrize("encoding", ["auto", "utf-8", "gb18030", "iso-8859-1"])
@pytest.mark.parametrize("name", ["workbook.xlsx", "workbook-called.csv", "old-workbook.xls"])
def test_a_workbook_is_refused_with_what_to_do(
    world: World, tmp_path: Path, name: str, encoding: str
) -> None:
    file = tmp_path / name
    file.write_bytes(foreign_files()[name])
    said = run_import("measurements", file, *POINTS, "--encoding", encoding)
    assert said.code == 2
    assert "Save the sheet as CSV" in said.err


def test_a_workbook_in_the_upload_is_refused_with_what_to_do(browser: Attack, door: tuple[str, Form]) -> None:
    path, form = door
    for name in ("workbook.xlsx", "old-workbook.xls"):
        body = sent(form, name, foreign_files()[name])
        answer = browser.send("POST", path, body, Content_Type=MULTIPART_CONTENT)
        assert answer.status_code == 422
        assert "Save the sheet as CSV" in answer.content.decode()


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unpacks_into_a_large_one_costs_no_memory(
    browser: Attack, door: tuple[str, Form], tmp_path: Path, name: str
) -> None:
    path, form = door
    body = sent(form, name, foreign_files()[name])
    file = tmp_path / name
    file.write_bytes(foreign_files()[name])
    tracemalloc.start()
    browser.send("POST", path, body, Content_Type=MULTIPART_CONTENT)
    run_import("measurements", file, *COLUMNS, "--encoding", "iso-8859-1", "--dry-run")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_BYTES, f"{name} cost {peak:,} bytes"


def test_a_multipart_body_may_be_broken_anywhere(browser: Attack, door: tuple[str, Form]) -> None:
    path, form = door
    good = sent(form, "a.csv", b"date,value\n2026-01-01,1\n")
    for cut in range(0, len(good), 67):
        browser.send("POST", path, good[:cut], Content_Type=MULTIPART_CONTENT)
    for kind in (
        MULTIPART_CONTENT.replace(BOUNDARY, "x" * 300),
        "multipart/form-data",
        "multipart/mixed; boundary=a",
    ):
        browser.send("POST", path, good, Content_Type=kind)
    browser.send("POST", path, good * 3, Content_Type=MULTIPART_CONTENT)
    assert browser.found() == []
