"""A POST that is sent again changes nothing and gets the first answer."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from people import jobs, services
from people.models import IdempotentRequest, Team
from tests.api import stage as stage_views
from tests.api.conftest import ApiClient
from tests.conftest import Cast, create_cast

pytestmark = pytest.mark.usefixtures("stage")
PATH = "/api/v1/teams/"


def test_the_same_request_again_gets_the_same_answer_and_happens_once(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    first = api.send("POST", PATH, {"name": "New"}, Idempotency_Key="a-1")
    again = api.send("POST", PATH, {"name": "New"}, Idempotency_Key="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert Team.objects.filter(name_en="New").count() == 1


def test_without_a_key_every_request_counts(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    for _time in range(2):
        assert api.send("POST", PATH, {"name": "New"}).status_code == 201
    assert Team.objects.filter(name_en="New").count() == 2
    assert not IdempotentRequest.objects.exists()


@pytest.mark.parametrize(("path", "body"), [(PATH, {"name": "Other"}), (PATH + "?x=1", {"name": "New"})])
def test_the_key_of_another_request_is_refused_with_422(cast: Cast, path: str, body: Any) -> None:
    api = ApiClient(cast.ana)
    api.send("POST", PATH, {"name": "New"}, Idempotency_Key="a-1")
    answer = api.send("POST", path, body, Idempotency_Key="a-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Team.objects.filter(name_en__in=["New", "Other"]).count() == 1


def test_two_tokens_may_use_the_same_key(cast: Cast) -> None:
    for member in (cast.ana, cast.dan):
        answer = ApiClient(member).send("POST", PATH, {"name": "New"}, Idempotency_Key="a-1")
        assert (answer.status_code, answer.has_header("Idempotent-Replayed")) == (201, False)
    assert Team.objects.filter(name_en="New").count() == 2


@pytest.mark.parametrize(("name", "status"), [("refused", 400), ("broken", 500)])
def test_a_refusal_or_a_bug_is_not_stored_and_leaves_nothing(cast: Cast, name: str, status: int) -> None:
    answer = ApiClient(cast.ana).send("POST", PATH, {"name": name}, Idempotency_Key="a-1")
    assert answer.status_code == status
    assert not Team.objects.filter(name_en=name).exists()
    assert not IdempotentRequest.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201])
def test_a_malformed_key_is_refused_with_400(cast: Cast, key: str) -> None:
    answer = ApiClient(cast.ana).send("POST", PATH, {"name": "New"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/Idempotency-Key")
    assert not Team.objects.filter(name_en="New").exists()


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_comes_while_the_first_runs_is_refused_with_409() -> None:
    api = ApiClient(create_cast().ana)
    stage_views.entered.clear()
    stage_views.leave.clear()
    answers: list[Any] = []

    def send() -> None:
        answers.append(api.send("POST", PATH, {"name": "slow"}, Idempotency_Key="a-1"))
        connection.close()

    first = threading.Thread(target=send)
    first.start()
    try:
        assert stage_views.entered.wait(10)
        twin = api.send("POST", PATH, {"name": "slow"}, Idempotency_Key="a-1")
    finally:
        stage_views.leave.set()
        first.join()
    assert (twin.status_code, twin.json()["code"]) == (409, "idempotency_key_in_use")
    assert answers[0].status_code == 201
    late = api.send("POST", PATH, {"name": "slow"}, Idempotency_Key="a-1")
    assert late.content == answers[0].content
    assert Team.objects.filter(name_en="slow").count() == 1


def test_sweeping_twice_forgets_only_answers_older_than_two_days(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    for key in ("old", "young"):
        api.send("POST", PATH, {"name": key}, Idempotency_Key=key)
    IdempotentRequest.objects.filter(key="old").update(
        created_at=timezone.now() - services.ANSWERS_KEPT - timedelta(minutes=1)
    )
    IdempotentRequest.objects.filter(key="young").update(
        created_at=timezone.now() - services.ANSWERS_KEPT + timedelta(minutes=1)
    )
    jobs.forget_answers()
    jobs.forget_answers()
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["young"]
