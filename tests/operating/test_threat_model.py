"""The page of threats names proofs; each of them exists."""

import re

from tests.architecture.source import ROOT, functions

PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
PROOFS = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)


def test_every_threat_names_a_proof() -> None:
    table = PAGE.partition("## Threats")[2].partition("## Left open")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 25
    assert [row for row in rows if "`tests/" not in row] == []


def test_every_proof_exists() -> None:
    missing = [
        f"{file}::{test}"
        for file, test in PROOFS
        if not (ROOT / file).is_file()
        or (test and test not in {function.name for function in functions(ROOT / file)})
    ]
    assert missing == []
