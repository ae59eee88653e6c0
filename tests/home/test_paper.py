"""Home and the weekly report on paper and as a picture: the same words and numbers, and nothing is a command."""

import io
import re
from html import unescape
from pathlib import Path
from struct import unpack
from threading import Timer
from typing import Any

import pytest
from pypdf import PdfReader

from home.blocks import HOME, Reading, Table, wanted
from home.paper import making
from home.paper.documents import document
from kpis.selectors import today
from people.choices import Language
from tests.conftest import Cast, sign_in
from tests.home.test_manager_home import late_item, overdue_task

pytestmark = pytest.mark.django_db

HOSTILE = '#panic("no") *bold* $x^2$ \\ <script>alert(1)</script> ]] #read("/etc/passwd") @a // b'
LONG = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluesselanhaenger"


def words_of(pdf: bytes) -> str:
    """All text of the file without spaces: where lines and cells break is no matter."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"[\s\u200b]", "", text)


def bare(text: str) -> str:
    return re.sub(r"\s", "", unescape(text))


def tables_of_home(cast: Cast) -> list[Table]:
    reading = Reading(cast.ana, wanted({}, today(cast.organization)))
    return [table for read in HOME for table in read(reading).tables()]


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_the_paper_says_what_the_page_says(measured: Cast, language: Language) -> None:
    measured.ana.user.language = language
    measured.ana.user.save()
    overdue_task(measured, "给王女士回电 about the label printer")
    late_item(measured, HOSTILE)
    late_item(measured, LONG)
    client = sign_in(measured.ana)
    page = client.get("/").content.decode()
    answer = client.get("/home.pdf?team=all")
    assert re.fullmatch(
        r'attachment; filename="home-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.pdf"', answer["Content-Disposition"]
    )
    said = words_of(answer.content)
    values = re.findall(r'<span class="kpi-value">([^<]+)</span>', page)
    assert len(values) == 12
    for shown in (*values, *re.findall(r"<h3><a [^>]+>([^<]+)</a></h3>", page)):
        assert bare(shown) in said
    for shown in ("给王女士回电 about the label printer", HOSTILE, LONG, measured.organization.name):
        assert bare(shown) in said
    assert ("逾期任务" if language == Language.CHINESE else "Overduetasks") in said


def test_every_table_of_the_blocks_is_on_the_paper(measured: Cast) -> None:
    overdue_task(measured, "Repair the label printer")
    tables = tables_of_home(measured)
    told = document(measured.ana, "Operations today", "All", tables)
    said = words_of(making.made_file(told, "pdf"))
    cells = [cell for table in tables for row in (table.columns, *table.rows) for cell in row if table.rows]
    assert len(cells) > 50
    assert [cell for cell in cells if bare(cell) not in said] == []


def test_the_picture_shows_all_of_a_report_below_each_other(cast: Cast) -> None:
    overdue_task(cast, "Repair the label printer")
    client = sign_in(cast.ana)
    answer = client.get("/reports/weekly/2026-W20.png")
    assert (answer["Content-Type"], answer.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert answer["Content-Disposition"] == 'attachment; filename="weekly-report-2026-W20.png"'
    width, height = unpack(">II", answer.content[16:24])
    assert width > 1000
    assert height > 800
    for address in (
        "/home.exe",
        "/reports/weekly/2026-W20.exe",
        "/reports/weekly/2026-W77.pdf",
        "/reports/weekly/x.pdf",
    ):
        assert client.get(address).status_code == 404


def test_both_pages_offer_their_files(cast: Cast) -> None:
    overdue_task(cast, "Repair the label printer")
    client = sign_in(cast.ana)
    home = client.get("/?team=all").content.decode()
    report = client.get("/reports/weekly/2026-W20/").content.decode()
    for form in ("pdf", "png", "csv"):
        assert f'href="/home.{form}' in home
        assert f'href="/reports/weekly/2026-W20.{form}' in report


def test_what_takes_too_long_is_refused_in_the_readers_language(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ana.user.language = Language.CHINESE
    cast.ana.user.save()
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 0.01)
    answer = sign_in(cast.ana).get("/home.pdf")
    assert answer.status_code == 503
    assert "现在无法生成文件" in answer.content.decode()


def test_a_third_at_once_is_asked_to_come_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "TURN_SECONDS", 0.05)
    client = sign_in(cast.ana)
    for _each in range(making.MOST_AT_ONCE):
        assert making._turns.acquire(blocking=False)
    try:
        answer = client.get("/home.pdf")
        assert (answer.status_code, answer["Retry-After"]) == (503, "4")
        assert "Try again in a moment" in answer.content.decode()
        # Whoever waits no longer than its turn comes is served.
        monkeypatch.setattr(making, "TURN_SECONDS", 5.0)
        Timer(0.1, making._turns.release).start()
        assert client.get("/home.pdf").content.startswith(b"%PDF")
    finally:
        making._turns.release()


def test_without_its_typeface_nothing_is_made_that_shows_no_chinese(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.PAPER_FONTS = [str(tmp_path)]
    assert sign_in(cast.ana).get("/home.pdf").status_code == 503


def test_signs_that_turn_letters_around_are_left_out(cast: Cast) -> None:
    told = document(cast.ana, "A\u202eB\x00C\nD", "", [])
    assert told["title"] == "ABC D"
