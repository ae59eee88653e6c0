"""The record of what happened."""

import pytest
from django.db import DatabaseError, connection, transaction

from activity import selectors, services
from activity.models import Event
from tests.conftest import Cast


def record_one(cast: Cast) -> Event:
    return services.record(
        "team.renamed", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana, was="Help"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity_event SET verb = 'nothing.happened'",
        "UPDATE activity_event SET occurred_at = occurred_at - interval '1 day'",
        "DELETE FROM activity_event",
    ],
)
def test_sql_cannot_change_or_delete_what_happened(cast: Cast, statement: str) -> None:
    event = record_one(cast)
    before = Event.objects.filter(pk=event.pk).values().get()
    with (
        pytest.raises(DatabaseError, match="activity_event"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.filter(pk=event.pk).values().get() == before


def test_the_orm_cannot_change_or_delete_it_either(cast: Cast) -> None:
    event = record_one(cast)
    for attempt in (event.delete, event.save, Event.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Event.objects.get().verb == "team.renamed"


def test_what_is_rolled_back_never_happened(cast: Cast) -> None:
    with transaction.atomic():
        record_one(cast)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_the_activity_of_a_row_is_its_own_newest_first_and_one_query(
    cast: Cast, django_assert_num_queries: object
) -> None:
    for verb in ("team.created", "team.renamed"):
        services.record(verb, subject=cast.support, organization_id=cast.organization.pk, by=cast.ana)
    services.record("team.created", subject=cast.field, organization_id=cast.organization.pk, by=None)
    with django_assert_num_queries(1):
        told = [(event.verb, str(event.actor)) for event in selectors.activity_of(cast.support)]
    assert told == [("team.renamed", "Ana"), ("team.created", "Ana")]


def test_an_event_of_another_organization_with_the_same_row_is_not_shown(cast: Cast) -> None:
    services.record("team.renamed", subject=cast.support, organization_id=cast.other.pk, by=None)
    assert not selectors.activity_of(cast.support)
