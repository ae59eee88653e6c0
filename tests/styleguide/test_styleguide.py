"""The style guide shows every component, and every component has one template and one style sheet."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from opsteam.styleguide.examples import EXAMPLES, Pane
from tests.conftest import Cast, sign_in

NAMES = [example.name for example in EXAMPLES]
SHEETS = {example.name: example.sheet or example.name for example in EXAMPLES}
# The frame of the pages before one has signed in; what an answer of htmx brings beside the rows, as toasts.
NO_PARTS = {"gate", "undo_toasts"}
PART = re.compile(r'(?:include|render_to_string\()\s*"components/(\w+)\.html"|component "(\w+)"')


def shown_by(path: Path) -> set[str]:
    """The components that a template is made of, and theirs."""
    found = {next(filter(None, groups)) for groups in PART.findall(path.read_text("utf-8"))}
    parts = Path(settings.BASE_DIR) / "templates" / "components"
    return found.union(*(shown_by(parts / f"{name}.html") for name in found if path.stem != name))


def test_every_component_is_shown() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    pages = [
        root / "base.html",
        *(root / "styleguide").glob("*.html"),
        root.parent / "people/forms/picking.py",
    ]
    shown = set().union(*map(shown_by, pages))
    assert {path.stem for path in (root / "components").glob("*.html")} - shown == NO_PARTS


@pytest.mark.parametrize("name", NAMES)
def test_a_component_has_one_template_and_one_style_sheet_of_its_name(name: str) -> None:
    root = Path(settings.BASE_DIR)
    assert (root / "templates" / "components" / f"{name}.html").exists()
    assert (root / "static" / "css" / "components" / f"{SHEETS[name]}.css").exists()


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_told_in_both_languages_with_ids_of_its_own(name: str) -> None:
    shown = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            pane = Pane(language, "dark")
            shown[language] = render_to_string(f"styleguide/{name}.html", {"pane": pane})
    ids = [set(re.findall(r'\bid="([^"]+)"', page)) for page in shown.values()]
    assert ids[0].isdisjoint(ids[1])
    words = re.sub(r"<[^>]*>", "", shown["en"]).strip()
    assert not words or name in {"avatar"} or shown["en"] != shown["zh-hans"]


@pytest.mark.django_db
def test_the_page_shows_all_of_them_in_four_looks_with_what_to_write(cast: Cast) -> None:
    page = sign_in(cast.adam).get("/styleguide/").content.decode()
    for name in NAMES:
        assert f'id="{name}"' in page
    for look in ("en-light", "en-dark", "zh-hans-light", "zh-hans-dark"):
        assert f'id="{look}-dialog"' in page
    assert page.count('class="specimen"') == 4 * (len(NAMES) + 1)
    assert "{% include &quot;components/stat.html&quot;" in page
    assert 'fill="var(--accent)"' in page
