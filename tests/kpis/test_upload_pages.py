"""A CSV file of measurements: looked at, checked, stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kpis.forms.uploads import LARGEST_BYTES
from kpis.models import Measurement, Metric
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
UPLOAD = "/metrics/calls/upload/"
GOOD = "日期,数值,团队\n2026-10-01,3,客户支持\n2026-10-02,4,\n"
MIXED = "day;amount\n01.10.2026;3\n02.10.2026;many\n31.02.2026;4\n"


@pytest.fixture
def ben(cast: Cast, metric: Metric) -> Client:
    """A member's browser, before a pushed metric."""
    return sign_in(cast.ben)


def file(text: str | bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile("calls.csv", text.encode() if isinstance(text, str) else text)


def test_a_look_guesses_the_columns_and_shows_the_first_rows(ben: Client) -> None:
    response = ben.post(UPLOAD, {"file": file(GOOD)}, headers={"HX-Request": "true"})
    assert response.context["form"]["column_occurred_at"].value() == "日期"
    assert response.context["form"]["column_value"].value() == "数值"
    assert "客户支持" in response.content.decode()
    assert "<html" not in response.content.decode()
    assert not Measurement.objects.exists()


def test_a_check_says_what_would_happen_and_stores_nothing(ben: Client) -> None:
    response = ben.post(UPLOAD, {"file": file(GOOD), "step": "check"})
    assert (response.context["outcome"].created, response.context["outcome"].rows_reported) == (2, 0)
    assert "Store 2 rows" in response.content.decode()
    assert not Measurement.objects.exists()


def test_storing_twice_replaces_instead_of_doubling(cast: Cast, ben: Client) -> None:
    for _time in range(2):
        assert ben.post(UPLOAD, {"file": file(GOOD), "step": "store"}).status_code == 302
    assert sorted(Measurement.objects.values_list("value", "team_id")) == [(3, cast.support.pk), (4, None)]


def test_bad_lines_are_reported_by_number_and_the_others_stored(ben: Client) -> None:
    said = {"step": "check", "date_form": "%d.%m.%Y %H:%M|%d.%m.%Y"}
    response = ben.post(UPLOAD, {"file": file(MIXED), **said})
    assert [(each.line, each.column) for each in response.context["problems"]] == [(3, "amount"), (4, "day")]
    response = ben.post(UPLOAD, {"file": file(MIXED), **said, "step": "store"})
    assert response.context["is_stored"]
    assert Measurement.objects.get().value == 3


def test_columns_that_cannot_be_guessed_are_asked_for(ben: Client) -> None:
    text = "a,b\n2026-10-01,3\n"
    assert ben.post(UPLOAD, {"file": file(text), "step": "store"}).status_code == 422
    assert not Measurement.objects.exists()
    said = {"step": "store", "column_occurred_at": "a", "column_value": "b"}
    assert ben.post(UPLOAD, {"file": file(text), **said}).status_code == 302
    assert Measurement.objects.get().value == 3


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b packed", b"\xff\xfe\x00", b"a" * (LARGEST_BYTES + 1)])
def test_an_unreadable_file_is_refused_with_a_sentence(ben: Client, content: bytes) -> None:
    response = ben.post(UPLOAD, {"file": file(content)})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]


def test_viewers_upload_nothing(cast: Cast, ben: Client) -> None:
    assert sign_in(cast.vera).post(UPLOAD, {"file": file(GOOD), "step": "store"}).status_code == 403
    assert not Measurement.objects.exists()
