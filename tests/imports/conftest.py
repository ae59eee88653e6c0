"""Files as browsers send them, carried out where a worker would do it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.tenancy import acting_for
from imports import services
from imports.models import FileImport
from tests.conftest import Cast, sign_in

TASKS = "/tasks/import/"
Upload = Callable[..., FileImport]


@pytest.fixture
def ben(cast: Cast) -> Client:
    """A member's browser."""
    return sign_in(cast.ben)


@pytest.fixture
def upload(ben: Client) -> Upload:
    """A file is taken in through the page."""

    def taken(content: str | bytes, name: str = "rows.csv", page: str = TASKS) -> FileImport:
        raw = content.encode() if isinstance(content, str) else content
        answer = ben.post(page, {"file": SimpleUploadedFile(name, raw)})
        assert answer.status_code == 302, answer.context["form"].errors
        return FileImport.objects.latest("pk")

    return taken


def carry_out(found: FileImport) -> FileImport:
    """What a worker makes of the organization's files."""
    with acting_for(found.organization_id):
        services.carry_out(found.organization_id)
    found.refresh_from_db()
    return found


def said(found: FileImport, **changed: str) -> dict[str, str]:
    """The form of the columns as the page offers it, with these changes."""
    columns = {f"column_{field}": column for field, column in found.mapping.items()}
    return {"source": "csv", "date_form": "", **columns, **changed}


def checked(browser: Client, found: FileImport, **changed: str) -> FileImport:
    """The file once it was checked with these columns."""
    assert browser.post(f"/imports/{found.pk}/check/", said(found, **changed)).status_code == 302
    return carry_out(found)


def stored(browser: Client, found: FileImport) -> FileImport:
    """The file once its rows were stored."""
    assert browser.post(f"/imports/{found.pk}/storing/").status_code == 302
    return carry_out(found)
