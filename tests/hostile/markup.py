"""A text that becomes an element of its own wherever it is not escaped, and a parser that looks for it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

ELEMENT = "xss-probe"
PROBE = (
    f"""'"></script></textarea></title><{ELEMENT} onload=alert(1)>{{{{7*7}}}}<img src=x onerror=alert(1)>"""
)
SHORT = f"""'"><{ELEMENT}>"""
SHORTEST = "<i id=x>"


def probe_of(length: int | None) -> str:
    """The most dangerous text that fits into so many characters."""
    found = (each for each in (PROBE, SHORT, SHORTEST, "<b>", "'") if length is None or len(each) <= length)
    return next(found, "")


@dataclass
class Form:
    """A form of a page: where it sends what; `kinds` are the controls of its fields."""

    method: str
    action: str
    is_multipart: bool
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.injected: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == ELEMENT or given.get("onerror") or given.get("onload") or given.get("id") == "x":
            self.injected.append(self.get_starttag_text() or tag)
        for name in ("href", "action", "src", "formaction"):
            if given.get(name, "").strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                self.injected.append(self.get_starttag_text() or tag)
        if tag == "form":
            kind = given.get("enctype", "")
            self.forms.append(
                Form(given.get("method", "get").lower(), given.get("action", ""), "multipart" in kind)
            )
        elif tag in {"input", "select", "textarea", "button"} and given.get("name") and self.forms:
            self._add_field(self.forms[-1], tag, given)

    def _add_field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", tag)
        if kind == "file":
            form.files.append(given["name"])
        else:
            form.fields.setdefault(given["name"], given.get("value", ""))
            form.kinds.setdefault(given["name"], kind)


def forms_of(text: str) -> list[Form]:
    """Every form of a page."""
    return _parsed(text).forms


def injected(text: str) -> list[str]:
    """Every element that a probe has become, and every address that would run a script."""
    return _parsed(text).injected


def _parsed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    return page
