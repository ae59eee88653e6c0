"""Query parameters are typed: nothing is ignored."""

import django_filters
import pytest
from django import forms
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from common.api.pagination import KeysetPagination
from common.api.query import StrictFilterBackend, read_query
from common.errors import InvalidInput
from people.models import Team
from tests.conftest import Cast


class Narrow(django_filters.FilterSet):
    """Filters of every kind."""

    parent = django_filters.NumberFilter()
    name_en = django_filters.MultipleChoiceFilter(choices=[("Support", "s"), ("Field service", "f")])
    orphans = django_filters.BooleanFilter(field_name="parent", lookup_expr="isnull")
    id = django_filters.RangeFilter()

    class Meta:
        model = Team
        fields: list[str] = []


class Grain(forms.Form):
    """A form as a view without a filter set has it."""

    grain = forms.ChoiceField(choices=[("day", "Day")])
    first_on = forms.DateField(required=False)


class View:
    """As much of a view as a filter backend sees."""

    filterset_class = Narrow
    paginator = KeysetPagination()


def request(query: str) -> Request:
    return Request(APIRequestFactory().get("/x/?" + query))


def narrowed(query: str) -> list[str]:
    rows = StrictFilterBackend().filter_queryset(request(query), Team.objects.order_by("id"), View())
    return [team.name_en for team in rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Support", "Field service"]),
        ("parent=", ["Support", "Field service"]),
        ("orphans=false", []),
        ("orphans=true&limit=5&cursor=x", ["Support", "Field service"]),
        ("name_en=Support&name_en=Field+service", ["Support", "Field service"]),
        ("id_min=0&id_max=0", []),
    ],
)
def test_known_parameters_narrow_the_rows(cast: Cast, query: str, names: list[str]) -> None:
    assert narrowed(query) == names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("nothing=1", "nothing"),
        ("orphans=perhaps", "orphans"),
        ("parent=1&parent=2", "parent"),
        ("format=xml", "format"),
    ],
)
def test_unknown_repeated_and_mistyped_parameters_are_refused(cast: Cast, query: str, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        narrowed(query)
    assert list(refusal.value.fields) == [name]


@pytest.mark.parametrize(
    "query", ["", "grain=year", "grain=day&grain=day", "grain=day&x=1", "grain=day&first_on=no"]
)
def test_a_form_reads_the_parameters_of_a_view_without_filters(query: str) -> None:
    with pytest.raises(InvalidInput):
        read_query(request(query), Grain)


def test_a_form_gives_typed_values() -> None:
    assert read_query(request("grain=day"), Grain) == {"grain": "day", "first_on": None}


@pytest.mark.parametrize("limit", ["0", "-1", "201", "abc", "1.5", "", "１", "9" * 30])
def test_a_page_size_out_of_range_is_refused(limit: str) -> None:
    with pytest.raises(InvalidInput):
        KeysetPagination().get_page_size(request(QueryDict(mutable=True).urlencode() + f"limit={limit}"))


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%F0%9F%98%80",
        "cD1hYmM=",
        "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        "bz1hYmM=",
        "cj14",
        "cD0tMQ==",
        "cD0lMDA=",
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        KeysetPagination().decode_cursor(request(f"cursor={cursor}"))


def test_following_the_links_gives_every_row_once_from_the_configured_address(cast: Cast) -> None:
    paginator = KeysetPagination()
    seen: list[str] = []
    query = "limit=1"
    while True:
        page = paginator.paginate_queryset(Team.objects.all(), request(query))
        seen += [team.name_en for team in page or []]
        link = paginator.get_next_link()
        if link is None:
            break
        assert link.startswith("http://testserver/x/?")
        query = link.partition("?")[2]
    assert seen == ["Field service", "Support"]
