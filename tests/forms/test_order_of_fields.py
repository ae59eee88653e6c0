"""The summary of what is wrong names the fields in the order in which the page shows them."""

import re

import pytest
from django.forms import BaseForm

from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
PAGES = (
    "/tasks/new/",
    "/goals/new/",
    "/kpis/new/",
    "/metrics/new/",
    "/feedback/new/",
    "/tokens/",
    "/settings/notifications/",
    "/settings/invitations/",
    "/settings/roles/new/",
    "/settings/webhooks/new/",
    "/settings/channels/",
)


def test_forms_have_their_fields_in_the_order_of_their_page(cast: Cast) -> None:
    client = sign_in(cast.adam)
    for path in PAGES:
        answer = client.get(path)
        form, page = answer.context["form"], answer.content.decode().split('id="content"')[1]
        assert isinstance(form, BaseForm)
        places = {
            field.html_name: found.start()
            for field in form
            if not field.is_hidden and (found := re.search(f'name="{field.html_name}"', page))
        }
        assert places, path
        assert list(places) == sorted(places, key=places.__getitem__), path


def test_a_wrong_address_of_a_webhook_is_told_together_with_what_else_is_wrong(cast: Cast) -> None:
    answer = sign_in(cast.adam).post("/settings/webhooks/new/", {"url": "ftp://x", "description": "x" * 300})
    assert answer.status_code == 422
    summary = answer.content.decode().split('role="alert"')[1].split("</ul>")[0]
    assert re.findall(r'href="#id_(\w+)', summary) == ["url", "description", "event_types"]
