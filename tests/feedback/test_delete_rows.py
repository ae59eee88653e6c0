"""Customers, themes and surveys go when nothing belongs to them, and otherwise say what does."""

from collections.abc import Callable
from typing import Any

import pytest

from activity.models import Event
from common.errors import InUse, NotAllowed, NotVisible, StaleVersion
from feedback import services
from feedback.models import Customer, Survey, Theme
from feedback.services.deleting import HOLDERS
from tests.api.conftest import ApiClient
from tests.conftest import Cast

Delete = Callable[..., None]


def made(cast: Cast) -> list[tuple[Any, Delete, str]]:
    """One of each that nothing belongs to, how to delete it, and what the service calls its id."""
    return [
        (services.create_customer(by=cast.ben, name="Li"), services.delete_customer, "customer_id"),
        (services.create_theme(by=cast.ben, key="late", name_en="Late"), services.delete_theme, "theme_id"),
        (
            services.create_survey(by=cast.ben, key="csat", kind="csat", name_en="CSAT"),
            services.delete_survey,
            "survey_id",
        ),
    ]


def in_use(cast: Cast) -> None:
    """Feedback and an answer that are of everything there is."""
    customer, theme, survey = Customer.objects.get(), Theme.objects.get(), Survey.objects.get()
    item = services.create_item(by=cast.ben, subject="Wet", customer_id=customer.pk, theme_id=theme.pk)
    services.record_response(by=cast.ben, survey=survey, score=5, item_id=item.pk)
    services.invite(by=cast.ben, survey=survey, item_id=item.pk)


def test_what_nothing_belongs_to_goes_and_the_event_stays(cast: Cast) -> None:
    for row, delete, name in made(cast):
        row_id = row.pk
        delete(by=cast.ana, version=row.version, **{name: row_id})
        assert not type(row).objects.exists()
        event = Event.objects.latest("id")
        assert (event.verb, event.subject_id) == (f"{row._meta.model_name}.deleted", row_id)


def test_what_something_belongs_to_stays_and_the_refusal_counts_it(cast: Cast) -> None:
    rows = made(cast)
    in_use(cast)
    told = []
    for row, delete, name in rows:
        with pytest.raises(InUse) as refused:
            delete(by=cast.ana, version=None, **{name: row.pk})
        told.append(str(refused.value.detail).partition("it: ")[2])
        assert type(row).objects.exists()
    assert told == [
        "feedback: 1, survey answers: 1, survey invitations: 1.",
        "feedback: 1.",
        "survey answers: 1, survey invitations: 1.",
    ]
    assert not Event.objects.filter(verb__endswith=".deleted").exists()


def test_members_strangers_and_old_versions_are_refused_and_nothing_goes(cast: Cast) -> None:
    for row, delete, name in made(cast):
        for by, version, refusal in (
            (cast.ben, 1, NotAllowed),
            (cast.dan, 1, NotVisible),
            (cast.ana, 2, StaleVersion),
        ):
            with pytest.raises(refusal):
                delete(by=by, version=version, **{name: row.pk})
        assert type(row).objects.exists()


@pytest.mark.parametrize("model", HOLDERS)
def test_everything_that_can_belong_to_them_is_counted(model: Any) -> None:
    relations = [field for field in model._meta.get_fields(include_hidden=True) if field.one_to_many]
    assert {relation.related_model for relation in relations} == set(HOLDERS[model])
    assert {relation.field.name for relation in relations} == {model._meta.model_name}


def test_the_api_names_what_is_in_the_way_and_deletes_what_is_free(cast: Cast) -> None:
    customer = made(cast)[0][0]
    in_use(cast)
    api = ApiClient(cast.ana)
    answer = api.send("DELETE", f"/api/v1/customers/{customer.pk}/", If_Match='"v1"')
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert "survey answers: 1" in answer.json()["title"]
    theme = services.create_theme(by=cast.ben, key="new", name_en="New")
    assert api.send("DELETE", f"/api/v1/themes/{theme.pk}/").status_code == 428
    assert api.send("DELETE", f"/api/v1/themes/{theme.pk}/", If_Match='"v1"').status_code == 204
    assert api.send("GET", f"/api/v1/themes/{theme.pk}/").status_code == 404
