"""The style sheet that pages load: css/app.css with what it imports put in, one request instead of forty.

It is made when it is asked for and its sources are newer, so that whoever changes a source sees it on the next page;
`collectstatic` puts it in place of the source of the same name.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

SHEET = "css/app.css"
_IMPORT = re.compile(r'^@import "(?P<name>[^"]+)" layer\((?P<layer>[a-z]+)\);$', re.MULTILINE)


def whole(source: Path) -> str:
    """The sheet at `source`, with every sheet it imports as a block of its layer."""

    def block(found: re.Match[str]) -> str:
        return f"@layer {found['layer']} {{\n{(source.parent / found['name']).read_text('utf-8')}}}"

    return _IMPORT.sub(block, source.read_text("utf-8"))


class SheetFinder(BaseFinder):
    """Finds `SHEET` and nothing else; stands before the finder of the sources."""

    def __init__(self) -> None:
        self._source = Path(settings.BASE_DIR) / "static" / SHEET
        self._storage = FileSystemStorage(Path(settings.BASE_DIR) / "build" / "static")

    def check(self, **_options: Any) -> list[CheckMessage]:
        """Nothing in it can be set wrongly."""
        return []

    @overload
    def find(self, path: str, find_all: Literal[False] = ...) -> str | None: ...

    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...

    def find(self, path: str, find_all: bool = False) -> str | list[str] | None:
        """Where `SHEET` lies, as new as its sources."""
        if path != SHEET:
            return [] if find_all else None
        made = str(self._made())
        return [made] if find_all else made

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """`SHEET`, for `collectstatic` and for servers that look for all files once."""
        self._made()
        yield SHEET, self._storage

    def _made(self) -> Path:
        made = Path(self._storage.path(SHEET))
        newest = max(path.stat().st_mtime for path in self._source.parent.rglob("*.css"))
        if not made.exists() or made.stat().st_mtime <= newest:
            made.parent.mkdir(parents=True, exist_ok=True)
            # Another process may be making it as well: whoever reads it has one of the two, whole.
            with tempfile.NamedTemporaryFile("w", dir=made.parent, delete=False, encoding="utf-8") as draft:
                draft.write(whole(self._source))
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(made)
        return made
