"""The sprite holds what templates ask of it."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools import frontend

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sources = [*(PROJECT / "templates").rglob("*.html"), *PROJECT.glob("[a-z]*/*.py")]
    named = {
        name
        for path in sources
        for name in re.findall(r"\bicon(?:_name)?[ =]+[\"']([a-z0-9-]+)[\"']", path.read_text())
    }
    assert len(named) > 10
    assert sorted(named - set(frontend.ICONS)) == []


def test_an_icon_becomes_a_symbol_with_its_drawing(tmp_path: Path) -> None:
    for name in frontend.ICONS:
        (tmp_path / f"{name}.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1"/></svg>'
        )
    sprite = ElementTree.fromstring(frontend.sprite(tmp_path))  # noqa: S314 - our own
    symbols = {symbol.get("id"): symbol for symbol in sprite}
    assert set(symbols) == set(frontend.ICONS)
    assert all(symbol.get("stroke") == "currentColor" and len(symbol) == 1 for symbol in symbols.values())


def test_an_icon_that_does_not_exist_stops_the_set_up(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"no icon '{frontend.ICONS[0]}'"):
        frontend.sprite(tmp_path)
