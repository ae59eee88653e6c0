"""A task from one line: whom and what it names, and the page that takes it."""

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import InvalidInput, NotAllowed
from people.choices import Language
from people.models import Membership
from people.services import edit_profile
from tasks import services
from tasks.models import Task
from tasks.selectors import local_day, read_line
from tests.conftest import Cast, sign_in

HTMX = {"HX-Request": "true"}


def change_name(member: Membership, name: str) -> None:
    edit_profile(user=member.user, name=name, language=Language.ENGLISH)


@pytest.fixture
def ben(cast: Cast) -> Client:
    return sign_in(cast.ben)


def test_a_line_becomes_a_task_with_all_that_it_names(cast: Cast) -> None:
    project = services.create_project(
        by=cast.ana, key="OPS", name_en="Operations", name_zh="运营", team_id=cast.support.pk
    )
    task = services.quick_add(by=cast.ben, line="给王女士回电 今天 #运营 @cleo !!")
    assert (task.title, task.due_on, task.priority) == ("给王女士回电", local_day(cast.ben), 1)
    assert (task.project, task.team, task.assignee) == (project, cast.support, cast.cleo)
    assert services.quick_add(by=cast.ben, line="x #ops").assignee == cast.ben


def test_people_are_named_by_name_address_or_its_beginning(cast: Cast) -> None:
    for name, words in (("Zhang San", ("zhang", "San", "zs")), ("张三", ("zs", "ZHANG", "zhangsan", "张"))):
        change_name(cast.cleo, name)
        for word in (*words, "cleo", "CLE"):
            assert read_line(cast.ben, f"x @{word}").assignee == cast.cleo, word
    change_name(cast.adam, "张三丰")
    assert read_line(cast.ben, "x @zs").assignee == cast.cleo  # who is typed exactly so
    assert read_line(cast.ben, "x @zhangs").problems
    assert read_line(cast.ana, "x @me").assignee == cast.ana
    assert read_line(cast.ana, "x @我").assignee == cast.ana


def test_unknown_and_ambiguous_names_are_refused_and_nothing_is_stored(cast: Cast) -> None:
    services.create_project(by=cast.ana, key="OPS", name_en="Operations")
    services.create_project(by=cast.ana, key="OPS2", name_en="More operations")
    for line in ("x @nobody", "x @dan", "x #nothing", "x #o", "fri 3pm", "  "):
        with pytest.raises(InvalidInput):
            services.quick_add(by=cast.ben, line=line)
    with pytest.raises(NotAllowed):
        services.quick_add(by=cast.vera, line="x")
    assert not Task.objects.exists()
    assert read_line(cast.ben, "x #ops").project is not None  # exactly that key


def test_the_preview_tells_what_was_understood(cast: Cast, ben: Client) -> None:
    address = reverse("tasks:quick-add")
    chips = ben.get(address, {"line": "Call <b> tomorrow 3pm @cleo !"}, headers=HTMX).content.decode()
    assert "<html" not in chips
    for text in ("15:00", "Cleo", "High"):
        assert text in chips
    assert "Nothing here is called" in ben.get(address, {"line": "x @nobody"}, headers=HTMX).content.decode()
    assert ben.get(address, {"line": ""}, headers=HTMX).status_code == 200


def test_a_refused_line_comes_back_as_it_was_typed(cast: Cast, ben: Client) -> None:
    typed = {"line": "Call <b> @nobody", "next": "/work/", "target": "#work"}
    for headers in ({}, HTMX):
        answer = ben.post(reverse("tasks:quick-add"), typed, headers=headers)
        assert answer.status_code == 422
        assert 'value="Call &lt;b&gt; @nobody"' in answer.content.decode()
        assert 'value="/work/"' in answer.content.decode()
    assert answer["HX-Retarget"] == "#quick-add"


def test_a_line_that_was_taken_leads_back_to_where_it_was_typed(cast: Cast, ben: Client) -> None:
    answer = ben.post(reverse("tasks:quick-add"), {"line": "Call", "next": "/work/"})
    assert (answer.status_code, answer["Location"]) == (302, "/work/")
    outside = ben.post(reverse("tasks:quick-add"), {"line": "Call", "next": "https://evil.test/"})
    assert outside["Location"] == reverse("tasks:list")
