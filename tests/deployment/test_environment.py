"""One list of variables: settings.py reads what deployment and supervisor set and the docs explain."""

import gc
import re
from pathlib import Path

import pytest
import yaml

from opsteam.embedded import supervisor

PROJECT = Path(__file__).resolve().parent.parent.parent
# They become part of DATABASE_URL and REDIS_URL in docker-compose.yml.
PASSWORDS = {"POSTGRES_PASSWORD", "POSTGRES_WEB_PASSWORD", "POSTGRES_WORKER_PASSWORD", "REDIS_PASSWORD"}


def read_by_settings() -> set[str]:
    """Every variable settings.py asks its environment for."""
    source = (PROJECT / "opsteam" / "settings.py").read_text()
    return set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source))


def in_example() -> set[str]:
    """Every variable .env.example sets or, commented out, explains."""
    return set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), flags=re.MULTILINE))


def test_settings_read_the_variables_this_test_looks_for() -> None:
    assert {"OPSTEAM_SECRET_KEY", "DATABASE_URL", "REDIS_URL", "OPSTEAM_MODE"} <= read_by_settings()


def test_every_variable_of_the_deployment_is_known_to_settings() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    for name in ("migrate", "web", "worker", "beat"):
        assert set(services[name]["environment"]) <= read_by_settings()


def test_every_variable_the_deployment_asks_for_is_in_the_example() -> None:
    compose = (PROJECT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+)", compose)) <= in_example()


def test_the_example_and_the_docs_name_exactly_what_settings_read() -> None:
    assert in_example() - PASSWORDS == read_by_settings()
    manual = (PROJECT / "docs" / "deploy.md").read_text()
    documented = re.findall(r"^\| `([A-Z_]+)`", manual, flags=re.MULTILINE)
    assert set(documented) == read_by_settings()
    assert len(documented) == len(set(documented))


def test_the_example_holds_no_value_for_a_secret() -> None:
    example = (PROJECT / ".env.example").read_text()
    for name in ("OPSTEAM_SECRET_KEY", *PASSWORDS):
        assert re.search(rf"^{name}=$", example, flags=re.MULTILINE), name


def test_every_variable_the_supervisor_sets_is_known_to_settings() -> None:
    source = Path(supervisor.__file__).read_text()
    set_there = set(re.findall(r'"((?:OPSTEAM_|DATABASE_|REDIS_)[A-Z_]+)"', source))
    assert {"OPSTEAM_MODE", "OPSTEAM_STATE_DIR", "DATABASE_URL", "REDIS_URL"} <= set_there
    assert set_there <= read_by_settings()


@pytest.mark.parametrize(
    "name", ["package-lock.json", *map("requirements/{}.txt".format, ("pip", "run", "dev"))]
)
def test_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert not re.search(r"https?://|\"resolved\"|--index-url|--find-links", text)
    packages = re.findall(r'^[a-z0-9-]+==|^    "node_modules/', text, flags=re.MULTILINE)
    assert 0 < len(packages) <= len(re.findall(r"sha256:|sha512-", text))


def test_garbage_is_collected_again_once_everything_is_loaded() -> None:
    """The settings switch it off for the start; this process has started."""
    assert gc.isenabled()
