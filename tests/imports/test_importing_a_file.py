"""A file uploaded in the browser: looked at, checked, stored by a worker."""

import gzip
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from activity.models import Event
from common.importing.cells import Cells
from feedback.models import FeedbackItem
from imports import services
from imports.choices import PartKind, State
from imports.models import FileImport, ImportPart
from imports.services import carrying, keeping
from tasks.importers import TaskImporter
from tasks.models import Task
from tasks.services import TaskRow
from tests.conftest import Cast, sign_in
from tests.imports.conftest import TASKS, Upload, carry_out, checked, stored

pytestmark = pytest.mark.django_db
GOOD = """编号,标题,状态,创建时间,截止日期,负责人
1,给王女士回电,待办,2026-10-01,2026-10-05,Ben
2,Mend the scale,Done,2026-10-01,,
"""
MIXED = "id,title,created,assignee\n1,One,2026-10-01,\n2,,2026-10-01,\n3,Three,2026-10-01,Nobody\n1,Again,2026-10-02,\n"


def test_the_columns_are_guessed_and_the_first_rows_shown(ben: Client, upload: Upload) -> None:
    found = upload(GOOD)
    assert found.mapping == {
        "external_id": "编号",
        "title": "标题",
        "status": "状态",
        "opened_at": "创建时间",
        "due_on": "截止日期",
        "assignee": "负责人",
    }
    page = ben.get(f"/imports/{found.pk}/").content.decode()
    assert "给王女士回电" in page
    assert not Task.objects.exists()


def test_a_check_says_what_would_happen_and_stores_nothing(ben: Client, upload: Upload) -> None:
    found = checked(ben, upload(MIXED))
    assert (found.state, found.rows_done, found.created, found.reported) == (State.CHECKED, 4, 1, 3)
    assert [(each["line"], each["column"]) for each in found.problems] == [
        (3, "title"),
        (4, "assignee"),
        (5, "id"),
    ]
    page = ben.get(f"/imports/{found.pk}/").content.decode()
    assert "Store 1 row" in page
    assert not Task.objects.exists()


def test_usable_rows_are_stored_and_the_others_reported_as_csv(ben: Client, upload: Upload) -> None:
    found = stored(ben, checked(ben, upload(MIXED)))
    assert (found.state, found.created, found.reported) == (State.STORED, 1, 3)
    assert Task.objects.get().title == "One"
    assert Event.objects.get(verb="tasks.imported").actor.user.name == "Ben"
    answer = ben.get(f"/imports/{found.pk}/report/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "line,column,reason,id,title,created,assignee"
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "4", "5"]
    assert not ImportPart.objects.filter(kind=PartKind.FILE).exists()


def test_words_of_both_languages_and_names_of_people_are_understood(ben: Client, upload: Upload) -> None:
    found = checked(ben, upload(GOOD.replace(",Done,", ",进行中,")))
    assert found.problems == []
    stored(ben, found)
    first, second = Task.objects.order_by("external_id")
    assert (first.status, first.assignee.user.name, str(first.due_on)) == ("todo", "Ben", "2026-10-05")
    assert second.status == "in_progress"


def test_a_word_that_is_none_of_the_choices_is_answered_in_words_of_the_reader(
    ben: Client, upload: Upload
) -> None:
    (problem,) = checked(ben, upload(GOOD.replace(",Done,", ",flown,"))).problems
    assert problem["reason"] == "“flown” is not one of these: to do, in progress, waiting, done, cancelled."


def test_the_same_file_twice_changes_nothing(ben: Client, upload: Upload) -> None:
    for expected in ((1, 0), (0, 1)):
        found = stored(ben, checked(ben, upload(MIXED)))
        assert (found.created, found.unchanged) == expected
    assert Task.objects.count() == 1


def test_the_job_sent_twice_stores_once(ben: Client, upload: Upload) -> None:
    found = stored(ben, checked(ben, upload(MIXED)))
    assert carry_out(found).created == 1
    assert Event.objects.filter(verb="tasks.imported").count() == 1


def test_a_file_that_another_worker_has_is_left_to_it(ben: Client, upload: Upload) -> None:
    found = checked(ben, upload(MIXED))
    ben.post(f"/imports/{found.pk}/storing/")
    FileImport.objects.update(beat_at=timezone.now())
    assert carry_out(found).state == State.STORING
    FileImport.objects.update(beat_at=timezone.now() - 2 * carrying.SILENCE)
    assert carry_out(found).state == State.STORED


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_long_file_is_read_in_stretches_that_add_up_and_each_row_once(
    ben: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    understood: list[str] = []
    item_of = TaskImporter.item_of

    def counted(importer: TaskImporter, cells: Cells) -> TaskRow:
        understood.append(cells.text("title"))
        return item_of(importer, cells)

    monkeypatch.setattr(TaskImporter, "item_of", counted)
    monkeypatch.setattr(keeping, "PIECE_BYTES", 100)
    monkeypatch.setattr(carrying, "SILENCE", timedelta(0))
    rows = "".join(f'{number % 40},"给王女士\n回电{number}",2026-10-01\n\n' for number in range(50))
    found = upload(f"id,title,created\n{rows}".encode(codec))
    ben.post(
        f"/imports/{found.pk}/check/", {"source": "csv", "column_title": "title", "column_external_id": "id"}
    )
    stretches = 0
    while found.state != State.CHECKED:
        taken = carrying._claimed(found.pk)
        assert taken is not None
        carrying._carry_on(taken, 0.0)
        found.refresh_from_db()
        stretches += 1
    assert (stretches, len(understood), len(set(understood))) == (50, 50, 50)
    assert (found.rows_done, found.created, found.reported) == (50, 40, 10)
    report = b"".join(ben.get(f"/imports/{found.pk}/report/").streaming_content).decode("utf-8-sig")
    lines = [line.split(",")[0] for line in report.splitlines() if line.count(",") >= 3]
    assert lines == ["line", *map(str, range(122, 152, 3))]
    assert not ImportPart.objects.filter(kind=PartKind.KEYS).exists()


def test_a_title_and_nothing_else_will_do(ben: Client, upload: Upload) -> None:
    found = stored(ben, checked(ben, upload("任务\n第一件\n第二件\n"), date_form="%d.%m.%Y %H:%M|%d.%m.%Y"))
    assert (found.created, found.reported) == (2, 0)
    assert {task.opened_at.astimezone(found.organization.zone).hour for task in Task.objects.all()} == {0}


def test_feedback_comes_in_by_its_own_page_and_packed(ben: Client, upload: Upload) -> None:
    content = b"Ticket,Subject,Created,Customer,Type\n7,Late parcel,20.11.2025 08:30,Li,Praise\n"
    found = upload(gzip.compress(content), "tickets.csv.gz", "/feedback/import/")
    stored(ben, checked(ben, found, date_form="%d.%m.%Y %H:%M|%d.%m.%Y"))
    item = FeedbackItem.objects.get()
    assert (item.subject, item.kind, item.customer.name, item.opened_at.year) == (
        "Late parcel",
        "praise",
        "Li",
        2025,
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8b broken", b"PK\x03\x04 a workbook", "名称,编号\n".encode("utf-16"), b"\x00\x01"],
    ids=["empty", "damaged", "workbook", "utf-16", "binary"],
)
def test_an_unreadable_file_is_refused_with_a_sentence(ben: Client, content: bytes) -> None:
    answer = ben.post(TASKS, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not FileImport.objects.exists()


def test_what_unpacks_into_too_much_is_refused(ben: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.services.taking.LARGEST_UNPACKED_BYTES", 1_000_000)
    answer = ben.post(TASKS, {"file": SimpleUploadedFile("x.csv.gz", gzip.compress(b"a" * 2_000_000))})
    assert "100 MB" in answer.content.decode()


def test_a_column_for_the_title_is_asked_for(ben: Client, upload: Upload) -> None:
    found = upload("a,b\nOne,2\n")
    answer = ben.post(f"/imports/{found.pk}/check/", {"source": "csv"})
    assert answer.status_code == 422
    answer = ben.post(f"/imports/{found.pk}/check/", {"source": "sample", "column_title": "a"})
    assert answer.context["form"].errors["source"]
    assert checked(ben, found, column_title="a").created == 1


def test_a_file_that_breaks_off_again_and_again_is_given_up(ben: Client, upload: Upload) -> None:
    found = checked(ben, upload(MIXED))
    ben.post(f"/imports/{found.pk}/storing/")
    FileImport.objects.update(attempts=carrying.MOST_ATTEMPTS)
    found = carry_out(found)
    assert found.state == State.FAILED
    assert "again and again" in ben.get(f"/imports/{found.pk}/").content.decode()


def test_viewers_and_strangers_import_nothing(cast: Cast, ben: Client, upload: Upload) -> None:
    found = checked(ben, upload(MIXED))
    for name, status in (("vera", 403), ("dan", 404)):
        browser = sign_in(getattr(cast, name))
        assert browser.post(f"/imports/{found.pk}/storing/").status_code == status
        assert browser.get(f"/imports/{found.pk}/").status_code == status
    assert sign_in(cast.vera).get(TASKS).status_code == 403
    assert carry_out(found).state == State.CHECKED


def test_the_sweep_twice_finds_what_a_lost_message_left(
    ben: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = upload(MIXED)
    sent: list[int] = []
    monkeypatch.setattr(
        "imports.services.carrying.enqueue", lambda _job, organization_id: sent.append(organization_id)
    )
    services.sweep()
    assert sent == []
    ben.post(f"/imports/{found.pk}/check/", {"source": "csv", "column_title": "title"})
    for _time in range(2):
        services.sweep()
    assert sent == [found.organization_id, found.organization_id]
