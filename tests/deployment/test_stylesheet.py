"""Pages load one style sheet, made of its sources."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from opsteam.stylesheet import SHEET, SheetFinder, whole

PROJECT = Path(__file__).resolve().parent.parent.parent
SOURCES = PROJECT / "static" / "css"


def test_the_sheet_has_all_of_every_source_and_imports_nothing() -> None:
    found = finders.find(SHEET)
    assert isinstance(found, str)
    sheet = Path(found).read_text("utf-8")
    assert "@import" not in sheet
    assert sheet.startswith("@layer reset, tokens, base, components, utilities;")
    sources = [path for path in SOURCES.rglob("*.css") if path.name != "app.css"]
    assert len(sources) > 20
    for path in sources:
        assert sheet.count(path.read_text("utf-8")) == 1, path.name


def test_it_is_made_anew_after_a_source_has_changed(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "static" / "css").mkdir(parents=True)
    source = tmp_path / "static" / SHEET
    source.write_text('@layer base;\n@import "base.css" layer(base);\n', "utf-8")
    part = source.with_name("base.css")
    settings.BASE_DIR = tmp_path
    finder = SheetFinder()
    for colour in ("red", "blue"):
        part.write_text(f"p {{ color: {colour}; }}\n", "utf-8")
        later = time.time() + (10 if colour == "blue" else -10)
        os.utime(part, (later, later))
        assert (
            Path(str(finder.find(SHEET))).read_text("utf-8")
            == f"@layer base;\n@layer base {{\np {{ color: {colour}; }}\n}}\n"
        )


def test_an_import_of_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "app.css"
    source.write_text('@import "gone.css" layer(base);\n', "utf-8")
    with pytest.raises(FileNotFoundError):
        whole(source)


def test_collectstatic_takes_it(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", "--no-input", verbosity=0)
    assert "@import" not in (tmp_path / SHEET).read_text("utf-8")
