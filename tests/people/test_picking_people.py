"""People are found by how their names are typed; the team with whose eyes one looks."""

import pytest
from django.urls import reverse

from common.pinyin import typed_keys
from people import services
from people.choices import Language, Role
from people.models import Membership, User
from people.selectors import home_team, people_found
from tests.conftest import Cast, sign_in


@pytest.fixture
def zhang(cast: Cast) -> Membership:
    return services.add_member(
        organization=cast.organization, email="zhang@example.test", name="张三", role=Role.MEMBER
    )


@pytest.mark.parametrize("words", ["zs", "ZS", "zhangsan", "zhang", "san", "张", "张三", "三"])
def test_initials_pinyin_and_characters_find_a_person(cast: Cast, zhang: Membership, words: str) -> None:
    assert list(people_found(cast.ana, words)) == [zhang]
    assert "张三" in sign_in(cast.ben).get(reverse("people:pick"), {"q": words}).content.decode()


@pytest.mark.parametrize("words", ["hang", "sz", "li", "zs x"])
def test_other_letters_do_not(cast: Cast, zhang: Membership, words: str) -> None:
    assert zhang not in people_found(cast.ana, words)


def test_a_character_is_found_in_each_of_its_readings() -> None:
    keys = typed_keys("曾小贤").split()
    assert {"zengxiaoxian", "zxx", "cengxiaoxian", "cxx"} <= set(keys)
    assert typed_keys("Ana Maria Lee").split() == ["ana", "maria", "lee", "anamarialee", "aml"]
    assert {"lilei", "ll", "ann"} <= set(typed_keys("Ann 李雷").split())


def test_a_new_name_is_found_and_the_old_one_no_longer(cast: Cast, zhang: Membership) -> None:
    services.edit_profile(user=zhang.user, name=" 李四 ", language=Language.CHINESE)
    assert list(people_found(cast.ana, "ls")) == [zhang]
    assert list(people_found(cast.ana, "zs")) == []


def test_those_who_left_and_those_elsewhere_are_not_picked(cast: Cast, zhang: Membership) -> None:
    assert list(people_found(cast.dan, "zs")) == []
    services.deactivate(by=cast.adam, membership_id=zhang.pk)
    assert list(people_found(cast.ana, "zs")) == []
    assert list(people_found(cast.ana, "zs", with_former=True)) == [zhang]
    client = sign_in(cast.ana)
    assert "张三" not in client.get(reverse("people:pick"), {"q": "zs"}).content.decode()
    assert "张三" in client.get(reverse("people:pick"), {"q": "zs", "former": "1"}).content.decode()


def test_the_form_keeps_its_select_for_browsers_without_scripts(cast: Cast, zhang: Membership) -> None:
    for address in (
        "tasks:create",
        "feedback:create",
        "goals:create",
        "goals:list",
        "kpis:create",
        "tasks:list",
    ):
        page = sign_in(cast.ana).get(reverse(address)).content.decode()
        assert f'<option value="{zhang.pk}">张三</option>' in page
        assert f'hx-get="{reverse("people:pick")}"' in page
    audit = sign_in(cast.adam).get(reverse("activity:audit")).content.decode()
    assert f'<option value="{zhang.pk}">张三</option>' in audit
    assert f'hx-get="{reverse("people:pick")}?former=1"' in audit


def test_one_looks_with_the_eyes_of_a_team_until_one_chooses_another(cast: Cast) -> None:
    client = sign_in(cast.ben)
    answer = client.post(reverse("people:home-team"), {"team": cast.field.pk, "next": "/tasks/"})
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/")
    assert client.get(reverse("people:home-team")).context["membership"].home_team == cast.field
    assert client.post(reverse("people:home-team"), {"team": "99999999"}).status_code == 404
    assert client.post(reverse("people:home-team"), {"team": "x"}).status_code == 404
    assert home_team(Membership.objects.get(pk=cast.ben.pk)) == cast.field
    client.post(reverse("people:home-team"), {"team": ""})
    assert home_team(Membership.objects.get(pk=cast.ben.pk)) is None


def test_everybody_made_by_the_services_has_keys(cast: Cast, zhang: Membership) -> None:
    assert User.objects.get(pk=zhang.user_id).search_keys == " 张三 zhangsan zs san s"
