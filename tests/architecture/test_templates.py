"""Pages work under a strict CSP, without JavaScript, and cannot be forged."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, name

# Read at once, so that the tests see one state.
TEMPLATES = files("templates", suffixes=(".html",))
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>{]|\{%.*?%\}|\{\{.*?\}\}|\{)*)>", re.DOTALL)
CHANGING = re.compile(r"\bhx-(post|put|patch|delete)\b")
CONTROLS = {"button", "input", "select", "textarea"}
DRAWN = "pill notice empty stat segments tabs pagination toast dialog drawer skeleton avatar"
OF_COMPONENTS = re.compile(rf'class="({"|".join(DRAWN.split())})[ "]')
LISTED_IN_ENGLISH = re.compile(r'%\}, \{%|join:", "')
AFTER_A_SENTENCE = re.compile(
    r"""[.?!](["'] ?%\}|\{% end(blocktrans|blocktranslate) %\}) (\{% (blocktrans|trans|if)|<a|<strong)"""
)
# What no component draws: the menu of the frame, a line that is previewed while it is typed, a file, and a button
# that writes into a formula.
BY_HAND = {"base.html": 1, "tasks/quick_add.html": 1, "kpis/metric_upload.html": 1, "kpis/definition.html": 1}


def tags(path: Path) -> list[tuple[str, str, int]]:
    """Every opening tag: its name, its attributes, and where it ends."""
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text("utf-8"), flags=re.DOTALL
    )
    return [(tag[1].lower(), tag[2], tag.end()) for tag in TAG.finditer(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_is_inline(path: Path) -> None:
    for tag, attributes, _end in tags(path):
        assert not re.search(r"\s(on[a-z]+|style)\s*=", attributes), (tag, attributes)
        assert tag != "style"
        if tag == "script":
            assert "src=" in attributes or "application/json" in attributes, attributes
    assert "javascript:" not in path.read_text("utf-8").lower()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_comes_from_outside(path: Path) -> None:
    for _tag, attributes, _end in tags(path):
        assert not re.search(r"\b(src|srcset)\s*=\s*[\"']\s*(https?:)?//", attributes), attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_link_and_change_works_without_javascript(path: Path) -> None:
    for tag, attributes, _end in tags(path):
        if tag == "a":
            assert "href=" in attributes, attributes
        if CHANGING.search(attributes):
            assert tag in {"form", "button"}, (tag, attributes)
        if tag == "form" and CHANGING.search(attributes):
            assert re.search(r"method=[\"']post", attributes, re.IGNORECASE), attributes
            assert "action=" in attributes, attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_posted_form_carries_the_csrf_token(path: Path) -> None:
    text = path.read_text("utf-8")
    for form in re.finditer(r"<form\b[^>]*method=[\"']post.*?</form>", text, re.DOTALL | re.IGNORECASE):
        assert "{% csrf_token %}" in form[0], form[0][:200]


def test_mistakes_are_told_by_the_page_in_the_reader_s_language_and_not_by_the_browser() -> None:
    told_by_browser = [
        (name(path), attributes)
        for path in TEMPLATES
        for tag, attributes, _end in tags(path)
        if tag == "form" and re.search(r'class="form[ "].*method="post"', attributes, re.DOTALL)
        if "novalidate" not in attributes
    ]
    assert told_by_browser == []


def test_a_wide_table_is_scrolled_by_keys_and_has_a_name() -> None:
    """`components/table.html` sees to it; what is written by hand, for a class more, does the same."""
    for path in TEMPLATES:
        if path.parent.name in {"api", "components"}:
            continue
        for _tag, attributes, _end in tags(path):
            if re.search(r'class="table-wrap\b', attributes):
                assert re.search(r'tabindex="0".*role="region"|role="region".*tabindex="0"', attributes), path
                assert "aria-label" in attributes, path


def test_a_page_draws_its_controls_with_components() -> None:
    """What is written out elsewhere than in its component drifts apart."""
    by_hand = Counter(
        path.relative_to(ROOT / "templates").as_posix()
        for path in TEMPLATES
        if path.parent.name != "components"
        for tag, attributes, _end in tags(path)
        if (tag in CONTROLS and 'type="hidden"' not in attributes) or OF_COMPONENTS.search(attributes)
    )
    assert by_hand == BY_HAND


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_two_sentences_leave_the_room_between_them_to_their_language(path: Path) -> None:
    """A Chinese full stop brings its own: `{% gap %}` stands between them."""
    assert not AFTER_A_SENTENCE.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_names_are_listed_as_their_language_lists_them(path: Path) -> None:
    """Chinese has a mark of its own: `{% comma %}` stands between names. Codes are codes in every language."""
    lines = path.read_text("utf-8").splitlines()
    assert not [line for line in lines if LISTED_IN_ENGLISH.search(line) and "<code" not in line]


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 10
