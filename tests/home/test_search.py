"""Finding rows by words: in Chinese and English, best first, by index, and never another organization's."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from common.search import found_by, matches
from common.tenancy import acting_for
from feedback import services as feedback
from goals.models import Goal
from home.search import search
from people.models import Membership
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, sign_in

FOUND = [
    ("退", {"退款迟迟不到账"}),
    ("退款", {"退款迟迟不到账"}),
    ("不到 退款", {"退款迟迟不到账"}),
    ("款退", set()),
    ("REFUND", {"Refund of order 4711", "Ask about the refund"}),
    ("ｒｅｆｕｎｄ", {"Refund of order 4711", "Ask about the refund"}),
    ("refund 4711", {"Refund of order 4711"}),
    ("fun", {"Refund of order 4711", "Ask about the refund"}),
    ("50%", {"退款迟迟不到账"}),
    ("5_%", set()),
    ("q", {"退款迟迟不到账"}),
]


@pytest.fixture
def _rows(cast: Cast) -> None:
    for title, description in (
        ("Ask about the refund", ""),
        ("Refund of order 4711", "by card"),
        ("退款迟迟不到账", "50% 的客户, Q3"),
    ):
        tasks.create_task(by=cast.ana, title=title, description=description)
    tasks.create_task(by=cast.dan, title="Refund of a rival 退款")


def titles(actor: Membership, words: str, kind: str = "tasks") -> list[str]:
    """What the search shows of one kind, in its order."""
    groups = search(actor, words, limit=20)
    return [row.title for group in groups if group.source.key == kind for row in group.rows]


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(("words", "expected"), FOUND)
def test_words_find_the_same_by_index_and_without(cast: Cast, words: str, expected: set[str]) -> None:
    rows = Task.objects.visible_to(cast.ana)
    with acting_for(cast.organization.pk):
        by_index = rows.filter(found_by("tasks_found", words, matches("nothing", "title")))
        plainly = rows.filter(matches(words, "title", "description"))
        assert {row.title for row in by_index} == {row.title for row in plainly} == expected
        assert words == "q" or set(titles(cast.ana, words)) == expected


@pytest.mark.usefixtures("_rows")
def test_a_rare_word_is_found_by_the_index_alone(cast: Cast) -> None:
    Task.objects.bulk_create(
        Task(organization=cast.organization, title=f"Call customer {number}") for number in range(400)
    )
    with acting_for(cast.organization.pk), connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_task; SET LOCAL enable_seqscan = off")
        assert titles(cast.ana, "迟迟") == ["退款迟迟不到账"]
        cursor.execute("SELECT pg_stat_get_xact_numscans('tasks_task_words'::regclass)")
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize(("every", "most"), [(2, 101), (6, 101), (6, 300), (40, 5)])
def test_of_a_word_that_many_rows_hold_the_newest_are_found(cast: Cast, every: int, most: int) -> None:
    made = Task.objects.bulk_create(
        Task(organization=cast.organization, title=f"Parcel {number}" if number % every == 0 else "Nothing")
        for number in range(900)
    )
    newest = [row.pk for row in reversed(made) if row.title != "Nothing"][:most]
    with acting_for(cast.organization.pk), connection.cursor() as cursor:
        cursor.execute("SELECT tasks_found('parcel', %s)", [most])
        assert [row_id for (row_id,) in cursor.fetchall()] == newest


@pytest.mark.usefixtures("_rows")
def test_the_functions_of_the_owner_answer_for_the_present_organization_only(cast: Cast) -> None:
    for organization, words in ((cast.organization, "rival"), (cast.other, "about")):
        for most in (1, 10):
            with acting_for(organization.pk), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT (SELECT count(*) FROM tasks_found(%s, %s)), count(*) FROM tasks_found('e', 9)",
                    [words, most],
                )
                assert cursor.fetchone() == (0, 2 if organization == cast.organization else 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM tasks_found('e', 9)) + (SELECT count(*) FROM feedback_found('e', 9))"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.usefixtures("_rows")
def test_a_number_comes_first_then_what_begins_with_the_words(cast: Cast) -> None:
    with acting_for(cast.organization.pk):
        assert titles(cast.ana, "refund") == ["Refund of order 4711", "Ask about the refund"]
    asked = Task.objects.get(title="Ask about the refund")
    tasks.create_task(by=cast.ana, title=f"As in #{asked.pk}")
    with acting_for(cast.organization.pk):
        assert titles(cast.ana, f"#{asked.pk}") == ["Ask about the refund", f"As in #{asked.pk}"]


def test_feedback_is_found_by_its_text_and_its_customer(cast: Cast) -> None:
    feedback.create_item(by=cast.ana, subject="包裹破损", body="外箱压扁", customer_name="王女士")
    with acting_for(cast.organization.pk):
        for words in ("包裹", "压扁", "王", "王女士"):
            assert titles(cast.ana, words, "feedback") == ["包裹破损"], words
        assert titles(cast.ana, "李", "feedback") == []


@pytest.mark.usefixtures("_rows")
def test_the_page_asks_few_questions_however_much_it_finds(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    client = sign_in(cast.ben)
    address = reverse("home:search")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client.get(address, {"q": "refund"}).content.decode()
    assert "Refund of order 4711" in page
    assert "rival" not in page


def test_nothing_asked_and_nothing_found_are_pages_too(cast: Cast) -> None:
    client = sign_in(cast.vera)
    for words in ("", "x" * 5000, "#99999999999999999999", "zzzz", "%_\\"):
        assert client.get(reverse("home:search"), {"q": words}).status_code == 200, words


def test_goals_are_narrowed_by_words(cast: Cast, client: Client) -> None:
    for name in ("Answer faster", "Fewer complaints"):
        Goal.objects.create(
            organization=cast.organization,
            name_en=name,
            owner=cast.ana,
            starts_on="2026-01-01",
            ends_on="2026-12-31",
        )
    page = sign_in(cast.ben).get(reverse("goals:list"), {"q": "fewer"})
    assert [row.goal.name for row in page.context["rows"]] == ["Fewer complaints"]
