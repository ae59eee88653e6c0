"""Whoever saves or deletes a role second is told what changed meanwhile, and loses nothing that was chosen."""

import pytest
from django.urls import reverse

from people import services
from people.choices import Permission
from people.models import CustomRole
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = Permission.TASKS_COMPLETE, Permission.TASKS_EDIT, Permission.GOALS_MANAGE


@pytest.fixture
def role(cast: Cast) -> CustomRole:
    """One that nobody holds."""
    return services.create_role(by=cast.adam, name_en="Helpers", permissions=[FIRST])


def test_an_old_version_comes_back_with_all_that_was_chosen_and_what_is_stored(
    cast: Cast, role: CustomRole
) -> None:
    client, address = sign_in(cast.adam), reverse("people:edit-role", args=[role.pk])
    opened = client.get(address).context["form"]
    typed = {"name_en": "Helpers", "permissions": [FIRST, SECOND], "version": opened["version"].value()}
    services.edit_role(by=cast.adam, role_id=role.pk, permissions=[FIRST, THIRD])
    answer = client.post(address, typed)
    assert answer.status_code == 409
    form, [difference] = answer.context["form"], answer.context["differences"]
    assert form["permissions"].value() == [FIRST, SECOND]
    assert set(difference.typed.split("\n")) == {FIRST.label, SECOND.label}
    assert set(difference.stored.split("\n")) == {FIRST.label, THIRD.label}
    role.refresh_from_db()
    assert set(role.permissions) == {FIRST, THIRD}
    again = {**typed, "version": form["version"].value(), difference.choice: "theirs"}
    assert client.post(address, again).status_code == 302
    role.refresh_from_db()
    assert set(role.permissions) == {FIRST, THIRD}


def test_a_role_is_deleted_only_after_it_was_asked_and_only_as_it_was_shown(
    cast: Cast, role: CustomRole
) -> None:
    client, address = sign_in(cast.adam), reverse("people:delete-role", args=[role.pk])
    assert 'name="version" value="1"' in client.get(address).content.decode()
    assert CustomRole.objects.filter(pk=role.pk).exists()
    services.edit_role(by=cast.adam, role_id=role.pk, permissions=[FIRST, SECOND])
    answer = client.post(address, {"version": "1"}, follow=True)
    assert CustomRole.objects.filter(pk=role.pk).exists()
    assert "Somebody changed this in the meantime" in answer.content.decode()
    client.post(address, {"version": "2"})
    assert not CustomRole.objects.filter(pk=role.pk).exists()
