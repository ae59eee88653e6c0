"""What every page of the house has: its forms, and the names that its links and forms put into a query."""

from dataclasses import dataclass

from tests.architecture.world import World
from tests.hostile.attack import Attack, addresses
from tests.hostile.markup import Form, forms_of


@dataclass(frozen=True)
class Seen:
    """One page."""

    forms: list[Form]
    query_names: set[str]


_seen: dict[str, Seen] = {}


def pages_seen(world: World, browser: Attack) -> dict[str, Seen]:
    """By address; looked at once in a process, since only the numbers of rows differ from world to world."""
    for method, address, path, _row in addresses(world, "pages"):
        if method == "GET" and address not in _seen:
            text = browser.send("GET", path).getvalue().decode(errors="replace")
            _seen[address] = Seen(forms_of(text), _query_names(text))
    return _seen


def control_of(pages: dict[str, Seen], name: str) -> str:
    """The control with which pages ask for a field of this name."""
    kinds = (form.kinds[name] for page in pages.values() for form in page.forms if name in form.kinds)
    return next(kinds, "no control")


def _query_names(text: str) -> set[str]:
    names = {name for form in forms_of(text) if form.method == "get" for name in form.fields}
    queries = [part.partition('"')[0] for part in text.split('href="?')[1:]]
    return names | {pair.partition("=")[0] for query in queries for pair in query.split("&amp;")}
