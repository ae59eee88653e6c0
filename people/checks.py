"""A door that does not say who may open it fails `manage.py check`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from people.access import declared_scope

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@register(Tags.security)
def every_door_is_declared(**_options: Any) -> list[CheckMessage]:
    """An error per page view without an access decorator, and per API method without a scope."""
    return [
        Error(problem, hint="See people/access.py.", obj=f"/{address}", id="people.E001")
        for address, view in doors(get_resolver())
        for problem in _problems(view)
    ]


def doors(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address pattern of the house and its view."""
    patterns: Sequence[URLPattern | URLResolver] = resolver.url_patterns
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from doors(pattern, address)
        else:
            yield address, pattern.callback


def handled_methods(view: Any) -> list[str]:
    """The methods that an API view's class handles, without HEAD and OPTIONS."""
    return [method for method in METHODS if hasattr(view.cls, method.lower())]


def is_api(view: Any) -> bool:
    """Whether the view was made by `APIView.as_view()`."""
    return isinstance(getattr(view, "cls", None), type) and issubclass(view.cls, APIView)


def _problems(view: Any) -> Iterator[str]:
    if not is_api(view):
        if getattr(view, "access", None) is None:
            yield "This page does not say who may open it: decorate it with @signed_in or @public."
        return
    for method in handled_methods(view):
        if declared_scope(view.cls, method) is None:
            yield f"{view.cls.__name__} handles {method} but declares no scope for it."
