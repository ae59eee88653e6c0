"""Pages that say no: each says what to do next, in the language of the reader."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from opsteam import urls
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("broken/", broken), *urls.urlpatterns]
handler500 = urls.handler500


def test_the_address_of_a_form_opened_as_a_page_says_where_to_go(cast: Cast) -> None:
    response = sign_in(cast.ana).get("/tasks/1/status/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "begin at the start page" in response.content.decode()


@pytest.mark.urls(__name__)
def test_a_page_that_failed_tells_the_number_of_the_line_in_the_log() -> None:
    browser = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"})
    response = browser.get("/broken/", headers={"x-request-id": "one-of-a-kind-4711"})
    assert response.status_code == 500
    assert "服务器日志中的编号为 one-of-a-kind-4711" in response.content.decode()
