"""The bill of materials lists what the lock files pin, with hashes and without addresses of a registry."""

import json
import re

from tests.architecture.source import ROOT
from tools import sbom


def test_every_locked_package_is_on_the_bill() -> None:
    bill = sbom.python_packages()
    named = {each["name"].lower() for each in bill["components"]}
    pinned = re.findall(
        r"^([A-Za-z0-9][\w.-]*)==", (ROOT / "requirements" / "run.txt").read_text("utf-8"), re.MULTILINE
    )
    assert len(pinned) > 30
    assert {name.lower() for name in pinned} - named == set()
    assert bill["bomFormat"] == "CycloneDX"
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])
    assert "://" not in json.dumps(bill["components"])


def test_the_front_end_is_on_it_with_its_licences() -> None:
    found = {each["name"]: each for each in sbom.front_end_packages()}
    assert {"echarts", "lucide-static"} <= set(found)
    assert found["echarts"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert len(found["echarts"]["hashes"][0]["content"]) == 128
