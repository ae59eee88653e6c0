"""What a list's address asks for."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from django.http import QueryDict


def said(query: QueryDict, defaults: Mapping[str, str]) -> dict[str, str]:
    """What a list's address says beyond its defaults: a filter form always sends all of its fields."""
    return {name: str(value) for name, value in query.items() if value and value != defaults.get(name)}


def ready_made(
    path: str, query: Mapping[str, str], offered: Iterable[tuple[str, str]]
) -> list[tuple[str, str, bool]]:
    """Address and label of each offered filter, and whether it is what the reader sees on some page."""
    now = {name: value for name, value in query.items() if name != "page"}
    return [
        (f"{path}{wanted and '?'}{wanted}", label, now == dict(parse_qsl(wanted)))
        for wanted, label in offered
    ]
