"""Proxies and monitors ask with HEAD."""

import pytest

from tests.conftest import Cast, sign_in


@pytest.mark.parametrize("address", ["/", "/tasks/", "/goals/", "/feedback/", "/kpis/"])
def test_a_page_answers_head_as_it_answers_get(cast: Cast, address: str) -> None:
    browser = sign_in(cast.ana)
    assert browser.head(address).status_code == browser.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/tasks/new/", "/goals/new/", "/feedback/new/"])
def test_a_form_is_not_sent_by_head(cast: Cast, address: str) -> None:
    assert sign_in(cast.ana).head(address).status_code == 405
