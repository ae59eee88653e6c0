"""The bill of materials in CycloneDX: every Python and front-end package of the lock files, with its hash.

python tools/sbom.py build/sbom.json
"""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write the file that is named."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sbom.json"
    bill = python_packages()
    front_end = front_end_packages()
    bill["components"] = [*bill["components"], *front_end]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill, indent=1) + "\n", "utf-8")
    print(f"{target}: {len(bill['components'])} packages, {len(front_end)} of them of the front end.")
    return 0


def python_packages() -> dict[str, Any]:
    """The bill of requirements/run.txt, by cyclonedx-bom; nothing in it changes from run to run."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--short-PURLs"]
    command += ["--pyproject", "pyproject.toml", "--of", "JSON", "-o", "-", "requirements/run.txt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    bill: dict[str, Any] = json.loads(done.stdout)
    for component in bill["components"]:
        component.pop("description", None)
        # Addresses of a registry say where one machine would fetch it, not what it is.
        component["externalReferences"] = [
            {"type": "distribution", "url": component["purl"], "hashes": each["hashes"]}
            for each in component.get("externalReferences", [])
            if each.get("hashes")
        ]
    return bill


def front_end_packages() -> list[dict[str, Any]]:
    """The packages of package-lock.json."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    return [
        _component(place.rpartition("node_modules/")[2], package)
        for place, package in lock["packages"].items()
        if place
    ]


def _component(name: str, package: dict[str, Any]) -> dict[str, Any]:
    algorithm, _dash, digest = package["integrity"].partition("-")
    purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "version": package["version"],
        "purl": purl,
        "licenses": [{"license": {"id": package["license"]}}],
        "hashes": [
            {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
