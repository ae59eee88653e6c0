"""What is typed is kept until it is sent, for the one who typed it only."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import InvalidInput
from opsteam.operating import retention
from people.models import Draft
from people.services.drafts import MOST_DRAFTS, keep_draft
from tasks.models import Task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
NEW = "/drafts/task:new/"


@pytest.fixture
def ben(cast: Cast) -> Client:
    """The browser of a member."""
    return sign_in(cast.ben)


def keep(browser: Client, values: Any, path: str = NEW) -> int:
    """Sends it as the page does."""
    return browser.post(path, json.dumps(values), content_type="application/json").status_code


def test_the_last_of_what_was_typed_is_offered_again(cast: Cast, ben: Client) -> None:
    assert keep(ben, {"title": "Ca", "csrfmiddlewaretoken": "secret"}) == 204
    assert keep(ben, {"title": "Call <Mrs> Wang", "csrfmiddlewaretoken": "secret"}) == 204
    page = ben.get("/tasks/new/").content.decode()
    assert "You have an unsaved draft of" in page
    assert "Call \\u003CMrs\\u003E Wang" in page
    assert Draft.objects.get().values == {"title": "Call <Mrs> Wang"}


def test_a_form_in_place_of_json_is_refused(ben: Client) -> None:
    broken = ben.post(NEW, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in {400, 422}
    assert not Draft.objects.exists()


def test_nobody_else_is_offered_it(cast: Cast, ben: Client) -> None:
    keep(ben, {"title": "Mine"})
    for other in (cast.ana, cast.dan):
        page = sign_in(other).get("/tasks/new/").content.decode()
        assert "unsaved draft" not in page


def test_a_form_that_was_stored_leaves_no_draft(cast: Cast, ben: Client) -> None:
    keep(ben, {"title": "Call"})
    keep(ben, {"title": "Other"}, "/drafts/task:12/")
    refused = ben.post("/tasks/new/", {"title": "", "priority": "3", "_draft": "task:new"})
    assert (refused.status_code, Draft.objects.count()) == (400, 2)
    ben.post("/tasks/new/", {"title": "Call", "priority": "3", "_draft": "task:new"})
    assert Task.objects.get().title == "Call"
    assert Draft.objects.get().form == "task:12"


def test_a_draft_is_thrown_away_on_request(cast: Cast, ben: Client) -> None:
    keep(ben, {"title": "Call"})
    keep(sign_in(cast.ana), {"title": "Hers"})
    assert ben.delete(NEW).status_code == 204
    assert ben.delete(NEW).status_code == 204
    assert Draft.objects.get().membership == cast.ana


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (NEW, ["a list"]),
        (NEW, {"title": 3}),
        (NEW, {"title": "x" * 65_536}),
        (NEW, {"title": "a\x00b"}),
        (NEW, {"title": "\ud800"}),
        ("/drafts/Task new/", {"title": "x"}),
        (f"/drafts/task:{'x' * 71}/", {"title": "x"}),
    ],
)
def test_what_no_form_would_send_is_refused(ben: Client, path: str, values: Any) -> None:
    assert keep(ben, values, path) == 400
    assert not Draft.objects.exists()


def test_the_oldest_drafts_go_beyond_a_hundred(cast: Cast) -> None:
    Draft.objects.bulk_create(
        Draft(
            organization=cast.organization,
            membership=cast.ben,
            form=f"task:{number}",
            values={},
            saved_at=timezone.now() - timedelta(minutes=number + 1),
        )
        for number in range(MOST_DRAFTS)
    )
    keep_draft(by=cast.ben, form="task:new", values={"title": "x"})
    kept = set(Draft.objects.values_list("form", flat=True))
    assert (len(kept), f"task:{MOST_DRAFTS - 1}" in kept, "task:new" in kept) == (MOST_DRAFTS, False, True)


def test_drafts_are_forgotten_after_thirty_days(cast: Cast) -> None:
    for form, days in (("task:1", 31), ("task:2", 29)):
        keep_draft(by=cast.ben, form=form, values={})
        Draft.objects.filter(form=form).update(saved_at=timezone.now() - timedelta(days=days))
    retention.forget_old()
    assert Draft.objects.get().form == "task:2"


def test_a_draft_holds_texts_only(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        keep_draft(by=cast.ben, form="task:new", values={"title": {"deep": "x"}})
