"""What the address of a KPI page asks for."""

from typing import Any
from urllib.parse import urlencode

from kpis import selectors
from kpis.forms.series import SeriesForm
from people.access import MemberRequest

# What says whose facts are shown; it goes along to the rows behind a number.
NARROWING = ("team", "member", "label")


def series_form(request: MemberRequest) -> SeriesForm:
    """The valid form of the address; refuses what cannot be, another organization's team included."""
    form = SeriesForm(request.GET, actor=request.membership)
    form.refuse_if_invalid()
    return form


def series_request(request: MemberRequest, key: str, form: SeriesForm) -> selectors.SeriesRequest:
    """What the page's series is read by."""
    return selectors.series_request(
        request.membership,
        key,
        form.grain_asked,
        form.first_day,
        form.last_day,
        **form.narrowing,
        as_of=form.as_of_moment,
        definition=form.cleaned_data["definition"],
        compare=form.compared,
    )


def narrowed(request: MemberRequest) -> dict[str, str]:
    """Whose facts the address asks for, as it says it."""
    return {name: value for name in NARROWING if (value := request.GET.get(name, ""))}


def with_changes(request: MemberRequest, path: str = "", **changed: str) -> str:
    """The present address with some of its questions changed; empty ones are left out."""
    asked: dict[str, Any] = {**request.GET.dict(), **changed}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path or request.path}?{query}"
