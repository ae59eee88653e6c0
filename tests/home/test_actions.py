"""One list of actions for the navigation, the palette and the sheet of shortcuts."""

import json

import pytest
from django.urls import reverse

from home.actions import actions, actions_found, shortcuts
from tasks.services import create_task
from tests.conftest import Cast, sign_in

FOUND = [
    ("new task", "new-task"),
    ("新建任务", "new-task"),
    ("xjrw", "new-task"),
    ("renwu", "tasks"),
    ("任务", "tasks"),
    ("chinese", "in-chinese"),
    ("深色", "theme-dark"),
    ("passw", "people:password"),
    ("mima", "people:password"),
]


@pytest.mark.parametrize(("words", "key"), FOUND)
def test_both_languages_pinyin_and_its_initials_find_an_action(cast: Cast, words: str, key: str) -> None:
    assert key in [each.key for each in actions_found(cast.ana, words)]


def test_what_begins_with_the_words_comes_first(cast: Cast) -> None:
    assert actions_found(cast.ana, "task")[0].key == "tasks"
    assert actions_found(cast.ana, "no such thing") == []


def test_nobody_is_offered_what_they_may_not_do(cast: Cast) -> None:
    offered = {name: {each.key for each in actions(getattr(cast, name))} for name in ("vera", "ben", "adam")}
    assert "new-task" not in offered["vera"]
    assert "new-kpi" not in offered["ben"]
    assert {"new-task", "new-kpi", "people:roles"} <= offered["adam"]


def test_every_shortcut_is_given_once_and_none_hides_another(cast: Cast) -> None:
    given = [each.shortcut for each in actions(cast.adam) if each.shortcut]
    assert len(set(given)) == len(given) == len(shortcuts(cast.adam))
    firsts = {keys.split()[0] for keys in given if " " in keys}
    assert firsts.isdisjoint(keys for keys in given if " " not in keys)


def test_pages_say_where_the_keys_lead_and_the_sheet_lists_them(cast: Cast) -> None:
    client = sign_in(cast.ben)
    page = client.get(reverse("home:shortcuts"))
    assert json.loads(page.context["shortcuts"])["g t"] == reverse("tasks:list")
    assert "<kbd>g</kbd><kbd>t</kbd>" in page.content.decode()
    sheet = client.get(reverse("home:shortcuts"), headers={"HX-Request": "true"}).content.decode()
    assert "<kbd>g</kbd>" in sheet
    assert "<html" not in sheet


@pytest.mark.parametrize("words", ["new task", "新建任务"])
def test_the_whole_name_of_an_action_comes_before_rows_with_the_same_words(cast: Cast, words: str) -> None:
    create_task(by=cast.ben, title=f"{words}, as everybody calls it")
    address = reverse("home:search", query={"q": words})
    options = sign_in(cast.ben).get(address, headers={"HX-Request": "true"}).content.decode()
    assert options.index(f'href="{reverse("tasks:create")}"') < options.index("as everybody")


def test_the_palette_offers_actions_before_anything_is_typed(cast: Cast) -> None:
    options = sign_in(cast.ben).get(reverse("home:search"), headers={"HX-Request": "true"}).content.decode()
    assert options.count('role="option"') == 8
    assert "<html" not in options
