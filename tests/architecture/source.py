"""The project's own files, as the tests of this folder look at them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
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
OTHERS = ("tests", "tools", "bench", "docs", "requirements", "static", "templates", ".ci")
NOT_OURS = {"__pycache__", "node_modules", "vendor", "staticfiles"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """Files below the folders, sorted; nothing generated or fetched."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return sorted(path for path in found if path.is_file() and not NOT_OURS & set(path.parts))


def name(path: Path) -> str:
    """The file as messages name it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of the file."""
    waiting: list[ast.AST] = [tree(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            yield node
        # Expressions are most of a file, and hold none.
        waiting += (each for part in BLOCKS for each in getattr(node, part, ()))


def imported(path: Path) -> set[str]:
    """Full names of all imported modules and of what is taken from them."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules_of(app_file: str) -> list[Path]:
    """`services` → every app's services.py, and the modules of every services package."""
    return [
        path
        for app in APPS
        for path in files(app)
        if app_file in {path.stem, path.parent.name} and "migrations" not in path.parts
    ]
