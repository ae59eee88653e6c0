"""Mistakes are told above the form, which takes the focus, each with a link to its field."""

import pytest

from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


def test_the_summary_takes_the_focus_and_links_every_mistake(cast: Cast) -> None:
    page = (
        sign_in(cast.ana)
        .post("/tasks/new/", {"title": "", "due_on": "soon", "priority": "3"})
        .content.decode()
    )
    summary = page[page.index('<div class="notice" data-tone="bad"') : page.index('<form class="form card"')]
    assert 'tabindex="-1" autofocus' in summary
    assert '<a href="#id_title">' in summary
    assert '<a href="#id_due_on">' in summary
    assert "<title>Error: " in page


def test_mistakes_in_rows_say_which_row(cast: Cast) -> None:
    rows = {"key_results-TOTAL_FORMS": "2", "key_results-INITIAL_FORMS": "0"}
    rows |= {"key_results-1-name_en": "Calls", "key_results-1-start_value": "many"}
    page = sign_in(cast.ana).post("/goals/new/", rows).content.decode()
    assert '<a href="#id_key_results-1-start_value">Key result 2 · Start</a>' in page


def test_a_page_without_mistakes_has_no_summary(cast: Cast) -> None:
    page = sign_in(cast.ana).get("/tasks/new/").content.decode()
    assert "Please correct" not in page
    assert "<title>Error" not in page
