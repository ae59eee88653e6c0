"""Messages without a system gettext.

messages.py extract          bring locale/zh_Hans up to date with the strings in code and templates
messages.py set < pairs.json add translations: {"msgid": "中文"}
                             of plurals: {"one": {"plural": "many", "str": "中文"}}
                             in a context: {"msgid": {"context": "c", "str": "中文"}}
messages.py compile          write the .mo file
messages.py check            fail where a string has no translation
"""

import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = (
    "opsteam",
    "imports",
    "home",
    "notifications",
    "feedback",
    "tasks",
    "goals",
    "kpis",
    "activity",
    "people",
    "common",
)
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Found = tuple[Any, str | None, str]
# A Chinese sentence has marks as wide as its characters.
NARROW_MARK = re.compile(r"[\u4e00-\u9fff][,;:!?(]|[,;:!?)][\u4e00-\u9fff]")


def found() -> Iterator[Found]:
    """Every translatable string: (msgid or (singular, plural), context, file)."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield from _found_in(path, path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".mail", ".txt"}:
            yield from _found_in(path, _as_python(path).encode())


def _as_python(path: Path) -> str:
    """The template with its strings as Python calls; unindented, because the indentation of HTML is no Python."""
    text = templatize(path.read_text("utf-8"), origin=str(path))
    return "\n".join(line.lstrip() for line in text.split("\n"))


def _found_in(path: Path, source: bytes) -> Iterator[Found]:
    name = str(path.relative_to(ROOT))
    for _line, message, _comments, context in extract("python", BytesIO(source), keywords=KEYWORDS):
        if message:
            yield message, context, name


def template() -> Catalog:
    """The catalogue of all strings, without translations."""
    catalogue = Catalog(project="opsteam", charset="utf-8")
    for message, context, name in found():
        flags = ["python-format"] if _placeholders(message) else []
        catalogue.add(message, locations=[(name, 0)], context=context, flags=flags)
    return catalogue


def _placeholders(text: str | tuple[str, ...]) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]", text if isinstance(text, str) else "".join(text)))


def read() -> Catalog:
    """The Chinese catalogue as it is committed."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", project="opsteam")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def write(catalogue: Catalog) -> None:
    """Write the catalogue sorted, so that changes stay small in review."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    temporary = CATALOGUE.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    temporary.replace(CATALOGUE)


def update() -> Catalog:
    """The committed catalogue brought up to date with the code."""
    catalogue = read()
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def set_translations(pairs: dict[str, Any]) -> None:
    """Merge translations; strings that are not in the code yet are kept until the next `extract`."""
    catalogue = read()
    for msgid, value in pairs.items():
        entry = {"str": value} if isinstance(value, str) else value
        text = entry["str"][0] if isinstance(entry["str"], list) else entry["str"]
        # Else babel keeps the translation that is there.
        catalogue.delete(msgid, entry.get("context"))
        if "plural" in entry:
            catalogue.add((msgid, entry["plural"]), (text,), context=entry.get("context"))
        else:
            flags = ["python-format"] if _placeholders(msgid) else []
            catalogue.add(msgid, text, context=entry.get("context"), flags=flags)
    write(catalogue)


def problems() -> list[str]:
    """One sentence per untranslated, fuzzy or malformed message."""
    committed = read()
    return [line for message in template() if message.id for line in _problems_of(message, committed)]


def _problems_of(message: Any, committed: Catalog) -> Iterator[str]:
    key = message.id if isinstance(message.id, str) else message.id[0]
    known = committed.get(key, message.context)
    string = known.string if known else None
    texts = (string,) if isinstance(string, str) else tuple(string or ())
    if not texts or not all(texts):
        yield f"not translated: {key!r} ({message.locations[0][0]})"
    elif known is not None and known.fuzzy:
        yield f"fuzzy: {key!r}"
    elif any(_placeholders(text) - _placeholders(message.id) for text in texts):
        yield f"unknown placeholder in the translation of {key!r}"
    elif any(NARROW_MARK.search(text) for text in texts):
        yield f"a half-width mark beside a Chinese character in the translation of {key!r}"


def compile_all() -> None:
    """Write the .mo file next to the .po file, replacing it in one step."""
    temporary = CATALOGUE.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        write_mo(file, read())
    temporary.replace(CATALOGUE.with_suffix(".mo"))


def main(arguments: list[str]) -> int:
    """The command line; see the top of this file."""
    verb = arguments[0] if arguments else ""
    if verb not in {"extract", "set", "compile", "check"}:
        print(__doc__)
        return 2
    settings.configure()
    django.setup()
    with (ROOT / "locale" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if verb == "check":
            lines = problems()
            print("\n".join(lines) or "Every string is translated.")
            return 1 if lines else 0
        if verb == "extract":
            write(update())
        elif verb == "set":
            set_translations(json.load(sys.stdin))
        if verb in {"set", "compile"}:
            compile_all()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
