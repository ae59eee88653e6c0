"""Nothing of one machine or one registry is in the project."""

import json
import re

import pytest

from tests.architecture.source import APPS, OTHERS, ROOT, files, name

TEXT = (
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sh",
    ".po",
    "",
)
FILES = [
    *files(*APPS, *OTHERS, "locale", suffixes=TEXT),
    *(
        path
        for path in ROOT.iterdir()
        if path.is_file() and (path.suffix in TEXT or "docker" in path.name.lower())
    ),
]
MACHINE = re.compile("|".join([r"/" + r"work/[\w.]", r"/" + r"root/\w", r"/" + r"home/\w+/"]))
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "--(extra-)?index-" + "url[ =]"])
)


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["path", "registry"])
def test_no_path_of_this_machine_and_no_registry(pattern: re.Pattern[str]) -> None:
    assert len(FILES) > 100
    texts = {name(path): path.read_text("utf-8", errors="replace") for path in FILES}
    assert {file: found[0] for file, text in texts.items() if (found := pattern.search(text))} == {}


@pytest.mark.parametrize("file", ["run.txt", "dev.txt"])
def test_python_is_locked_by_hashes_and_without_addresses(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text("utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    pinned = re.findall(r"^([a-zA-Z0-9][^\s=@]*)(==|\s*@)", text, re.MULTILINE)
    assert pinned
    assert {sign for _package, sign in pinned} == {"=="}


def test_the_front_end_is_locked_by_hashes_and_without_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = {key: value for key, value in packages.items() if key}
    assert fetched
    assert all("integrity" in value and "resolved" not in value for value in fetched.values())
