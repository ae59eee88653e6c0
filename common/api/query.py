"""Typed query parameters: what is unknown, repeated or wrong is refused with a pointer, never ignored."""

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters.filters import BooleanFilter, MultipleChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.request import Request

from common.errors import InvalidInput, Sentence


def read_query(request: Request, form_class: type[forms.Form]) -> dict[str, Any]:
    """The cleaned parameters of a view without a filter set; each may be given once."""
    form = form_class(request.query_params)
    refuse_unknown(request.query_params, known=form.fields)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form.cleaned_data


def refuse_unknown(given: QueryDict, *, known: Collection[str], repeatable: Collection[str] = ()) -> None:
    """Refuses parameters that do not exist and those given twice: either would be lost without a word."""
    wrong: dict[str, list[Sentence]] = {}
    for name, values in given.lists():
        if name not in known:
            wrong[name] = [_("There is no such parameter.")]
        elif len(values) > 1 and name not in repeatable:
            wrong[name] = [_("Send this parameter once.")]
    if wrong:
        raise InvalidInput(wrong)


class StrictFilterBackend(DjangoFilterBackend):
    """The filter set of the view, deaf to nothing: pages and filters are all the parameters there are."""

    def filter_queryset(  # type: ignore[override] # the stubs say HttpRequest; DRF passes its own Request
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """The narrowed rows; refuses unknown and repeated parameters, and values of the wrong type."""
        taken = _taken(self.get_filterset_class(view, queryset))
        refuse_unknown(request.query_params, known=taken.names | _paging(view), repeatable=taken.repeatable)
        _refuse_bad_flags(request.query_params, taken.flags)
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed


class _Taken(NamedTuple):
    """The parameters of a filter set."""

    names: frozenset[str]
    repeatable: frozenset[str]
    flags: frozenset[str]


@cache
def _taken(filterset_class: type[FilterSet] | None) -> _Taken:
    """What the filter set takes: the same for every request, so it is looked up once."""
    # An instance of its own: looking at a field fixes the choices of its filter.
    filters = filterset_class(QueryDict()).filters if filterset_class else {}
    return _Taken(
        frozenset(part for name, filter_ in filters.items() for part in _names(name, filter_)),
        frozenset(name for name, filter_ in filters.items() if isinstance(filter_, MultipleChoiceFilter)),
        frozenset(name for name, filter_ in filters.items() if isinstance(filter_, BooleanFilter)),
    )


def _names(name: str, filter_: Any) -> set[str]:
    """The parameters of one filter; ranges have one for each end."""
    suffixes = getattr(filter_.field.widget, "suffixes", None)
    return {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}


def _paging(view: Any) -> set[str]:
    paginator = view.paginator
    names = ("cursor_query_param", "page_size_query_param", "order_query_param")
    paging = {getattr(paginator, name) for name in names if hasattr(paginator, name)}
    return paging | {"fields", "expand"} if hasattr(view, "output") else paging


def _refuse_bad_flags(given: QueryDict, flags: Collection[str]) -> None:
    """django-filter takes any other word for "not given"."""
    wrong = {name for name in flags if given.get(name, "").lower() not in {"", "true", "false"}}
    if wrong:
        raise InvalidInput({name: [_("Send true or false.")] for name in wrong})
