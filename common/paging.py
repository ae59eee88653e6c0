"""Pages of a list, numbered in the address; one row more than shown tells whether there is a next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

PAGE_ROWS = 50
LAST_PAGE = 10_000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page and what `components/pagination.html` needs."""

    rows: list[Row]
    previous_url: str
    next_url: str
    page_text: str

    @property
    def links(self) -> dict[str, Any]:
        """The template's context."""
        return {"previous_url": self.previous_url, "next_url": self.next_url, "page_text": self.page_text}


def page_of(
    request: HttpRequest, rows: QuerySet[Row], query: Mapping[str, str], *, keys_first: bool = False
) -> Page[Row]:
    """The page that `?page=` names; a number that cannot be, or behind the last page, is the first. One query.

    The addresses of the pages beside it say what `query` says. With `keys_first` all rows are put in order by their
    keys alone, and only those of the page are read: for orders that no index has.
    """

    def on(number: int) -> list[Row]:
        start = (number - 1) * PAGE_ROWS
        here = slice(start, start + PAGE_ROWS + 1)
        return list(rows.filter(pk__in=rows.values("pk")[here]) if keys_first else rows[here])

    number = _page_number(request)
    found = on(number)
    if not found and number > 1:
        number, found = 1, on(1)
    return Page(
        rows=found[:PAGE_ROWS],
        previous_url=_url_of(request, query, number - 1) if number > 1 else "",
        next_url=_url_of(request, query, number + 1) if len(found) > PAGE_ROWS else "",
        page_text=_("Page %(page)s") % {"page": number},
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    is_number = given.isascii() and given.isdecimal() and len(given) < 9
    return min(max(int(given), 1), LAST_PAGE) if is_number else 1


def _url_of(request: HttpRequest, query: Mapping[str, str], number: int) -> str:
    return f"{request.path}?{urlencode({**query, 'page': number})}"
