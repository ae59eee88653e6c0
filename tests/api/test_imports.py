"""A file of rows through the API: taken in, checked, stored by a worker, cancelled, reported."""

from typing import Any

import pytest

from imports.models import FileImport, ImportPart
from imports.services import carrying
from people.choices import Scope
from tasks.models import Task
from tests.api.conftest import ApiClient
from tests.conftest import Cast
from tests.imports.conftest import carry_out

pytestmark = pytest.mark.django_db
ROWS = 'id,title,created,assignee\n1,One,2026-10-01,\n2,,2026-10-01,\n3,"=1+1",2026-10-01,Nobody\n'


def taken(api: ApiClient, content: str = ROWS) -> str:
    """The address of a file that was taken in."""
    made = api.send(
        "POST", "/api/v1/imports/", {"kind": "tasks", "file_name": "rows.csv", "content": content}
    )
    assert made.status_code == 201, made.content
    address: str = made["Location"]
    return address


def worked_off() -> None:
    carry_out(FileImport.objects.latest("pk"))


def test_a_file_is_checked_stored_and_its_unusable_rows_are_told(cast: Cast) -> None:
    api = ApiClient(cast.ben, Scope.IMPORTS_MANAGE)
    place = taken(api)
    found: dict[str, Any] = api.send("GET", place).json()
    assert (found["state"], found["mapping"]["external_id"]) == ("looked", "id")
    assert api.send("POST", f"{place}storing/").status_code == 409
    assert api.send("POST", f"{place}check/", {}).json()["state"] == "checking"
    worked_off()
    assert (
        api.send("GET", place).json() | {"state": "checked", "created": 1, "reported": 2}
        == api.send("GET", place).json()
    )
    assert not Task.objects.exists()
    first = api.send("GET", f"{place}report/?limit=1").json()
    assert [(row["line"], row["column"]) for row in first["results"]] == [(3, "title")]
    rest = api.send("GET", first["next"].removeprefix("http://testserver")).json()
    assert [(row["number"], row["line"], row["cells"][1]) for row in rest["results"]] == [(2, 4, "'=1+1")]
    assert api.send("POST", f"{place}storing/").status_code == 202
    worked_off()
    assert (api.send("GET", place).json()["state"], Task.objects.get().title) == ("stored", "One")
    assert api.send("POST", f"{place}cancellation/").json()["code"] == "import_is_over"


def test_a_wrong_column_and_a_file_without_a_header_are_named(cast: Cast) -> None:
    api = ApiClient(cast.ben, Scope.IMPORTS_MANAGE)
    place = taken(api)
    refused = api.send("POST", f"{place}check/", {"columns": {"title": "nothing", "nonsense": "id"}})
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/columns/title", "/columns/nonsense"}
    empty = api.send("POST", "/api/v1/imports/", {"kind": "tasks", "file_name": "x.csv", "content": "\n"})
    assert empty.json()["errors"][0]["pointer"] == "/content"


def test_a_cancelled_file_is_left_alone_by_the_worker_that_has_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = ApiClient(cast.ben, Scope.IMPORTS_MANAGE)
    place = taken(api, "id,title\n" + "".join(f"{number},T{number}\n" for number in range(60)))
    api.send("POST", f"{place}check/", {})
    worked_off()
    api.send("POST", f"{place}storing/")
    monkeypatch.setattr(carrying, "ROWS_PER_BEAT", 20)
    monkeypatch.setattr(carrying, "BATCH_ROWS", 10)
    beat = carrying._Stretch._beat

    def cancelled_at_forty(stretch: Any) -> bool:
        if stretch._rows == 40:
            assert api.send("POST", f"{place}cancellation/").status_code == 200
        return beat(stretch)

    monkeypatch.setattr(carrying._Stretch, "_beat", cancelled_at_forty)
    worked_off()
    found = api.send("GET", place).json()
    assert (found["state"], found["created"], Task.objects.count()) == ("cancelled", 39, 39)
    assert not ImportPart.objects.exists()
    assert api.send("POST", f"{place}cancellation/").json()["state"] == "cancelled"
    for step in ("check", "storing"):
        assert api.send("POST", f"{place}{step}/", {} if step == "check" else None).status_code == 409
