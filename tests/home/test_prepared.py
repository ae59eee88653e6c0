"""Statements that are put together once: every reader gets their own rows, as if it were made for them."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone, translation

from common.prepared import prepared
from home.blocks import Reading, wanted
from home.blocks.ground import Ground, _row, ground
from people.models import Membership
from tasks.models import Task
from tasks.services import create_task
from tests.conftest import Cast
from tests.home.test_manager_home import add_rows, late_item, overdue_task

pytestmark = pytest.mark.django_db

APART = ("scope", "teams", "workdays")


def due_between(_shape: str, *, organization: int, first_on: object, last_on: object) -> QuerySet[Task]:
    tasks = Task.objects.visible_to(Membership(organization_id=organization))
    return tasks.filter(due_on__gte=first_on, due_on__lt=last_on).order_by("title")  # type: ignore[misc]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_ground_of_each_reader_is_that_of_a_statement_made_for_them(cast: Cast, language: str) -> None:
    add_rows(cast, 2)
    overdue_task(cast, "One more")
    now = timezone.now()
    today = timezone.localdate(timezone=cast.organization.zone)
    with translation.override(language):
        for actor in (cast.ana, cast.ben, cast.dan):
            for team in (None, cast.support.pk) if actor != cast.dan else (None,):
                asked = wanted({}, today, team)
                found = ground(actor, asked, now)
                row = _row(
                    language,
                    organization=actor.organization_id,
                    member=actor.pk,
                    today=today,
                    now=now,
                    team=team,
                ).get()
                names = [name for name in Ground.__dataclass_fields__ if name not in APART]
                assert [getattr(found, name) for name in names] == [getattr(row, name) for name in names]
                assert (found.overdue_count > 0) is (actor != cast.dan and team is None)


def test_rows_by_their_ids_are_those_of_the_reader(cast: Cast) -> None:
    add_rows(cast, 2)
    item = late_item(cast, "Parcel is late")
    today = timezone.localdate(timezone=cast.organization.zone)
    own, foreign = (Reading(actor, wanted({}, today)) for actor in (cast.ana, cast.dan))
    assert item in own.breaching
    assert len(own.tasks) == 2
    assert next(iter(own.tasks.values())).assignee == cast.ben
    # Were ids of others in the ground, they would not be shown.
    foreign.__dict__["ground"] = own.ground
    assert (list(foreign.breaching), foreign.tasks) == ([], {})


def test_only_the_values_change_from_reader_to_reader(cast: Cast) -> None:
    today = timezone.localdate()
    for title, days in (("a", 0), ("b", 1), ("c", 8)):
        create_task(by=cast.ana, title=title, assignee_id=None, due_on=today + timedelta(days=days))
    built = []

    def noted(shape: str, **facts: object) -> QuerySet[Task]:
        built.append(shape)
        return due_between(shape, **facts)  # type: ignore[arg-type]

    def titles(actor: Membership, first: int, last: int) -> list[str]:
        found = prepared(
            noted,
            "shape",
            organization=actor.organization_id,
            first_on=today + timedelta(days=first),
            last_on=today + timedelta(days=last),
        )
        return [task.title for task in found]

    assert titles(cast.ana, 0, 2) == ["a", "b"]
    assert titles(cast.ana, 1, 9) == ["b", "c"]
    assert titles(cast.dan, 0, 99) == []
    assert built == ["shape"]


def test_what_narrows_nothing_is_refused(cast: Cast) -> None:
    def everything(*, organization: int) -> QuerySet[Task]:
        return Task.objects.filter(title="")

    with pytest.raises(ValueError, match="Not every fact"):
        prepared(everything, organization=cast.organization.pk)
