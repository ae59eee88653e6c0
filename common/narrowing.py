"""What a list's address asks for."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict


def said(query: QueryDict | Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """What a list's address says beyond its defaults: a filter form always sends all of its fields."""
    return {name: str(value) for name, value in query.items() if value and value != defaults.get(name)}


def ready_made(
    path: str, query: Mapping[str, str], offered: Iterable[tuple[str, str]], usual_team: str
) -> list[tuple[str, str, bool]]:
    """Address and label of each offered filter, and whether it is what the reader sees on some page.

    The team stays as it is, unless the filter names one.
    """
    now = {name: value for name, value in query.items() if name != "page"}
    team = {name: value for name, value in now.items() if name == "team"}
    found = []
    for offer, label in offered:
        wanted = said({**team, **dict(parse_qsl(offer))}, {"team": usual_team})
        found.append((path + (f"?{urlencode(wanted)}" if wanted else ""), label, now == wanted))
    return found
