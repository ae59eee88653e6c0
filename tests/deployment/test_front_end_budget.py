"""What a browser has to load before anything moves, before compression: the promise of docs/decisions/0014."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
STATIC = PROJECT / "static"
CSS_BYTES = JS_BYTES = 60_000
# They load with the chart library, on the pages that draw.
OF_CHARTS = "chart"


def test_all_style_sheets_together_are_light() -> None:
    sheets = {path.name: path.stat().st_size for path in (STATIC / "css").rglob("*.css")}
    assert len(sheets) > 20
    assert sum(sheets.values()) <= CSS_BYTES, sheets


def test_all_scripts_but_those_of_charts_are_light() -> None:
    library = STATIC / "vendor" / "htmx.min.js"
    if not library.exists():
        pytest.fail("static/vendor/htmx.min.js is missing: `make setup` brings the front-end files")
    own = [path for path in (STATIC / "js").rglob("*.js") if OF_CHARTS not in path.stem]
    sizes = {path.name: path.stat().st_size for path in (*own, library)}
    assert len(sizes) > 3
    assert sum(sizes.values()) <= JS_BYTES, sizes


def test_every_component_has_one_style_sheet_that_is_loaded_once() -> None:
    sheet = (STATIC / "css" / "app.css").read_text("utf-8")
    for path in (STATIC / "css" / "components").glob("*.css"):
        assert sheet.count(f'"components/{path.name}"') == 1, path.name
    assert sheet.count("@import") == sum(1 for _ in (STATIC / "css").rglob("*.css")) - 1
