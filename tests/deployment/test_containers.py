"""The container files, read as text: there is no engine where these tests run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPOSE_TEXT = (PROJECT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE_TEXT)["services"]
OURS = ("migrate", "web", "worker", "beat")
SECRETS = (
    "OPSTEAM_SECRET_KEY",
    "POSTGRES_PASSWORD",
    "POSTGRES_WEB_PASSWORD",
    "POSTGRES_WORKER_PASSWORD",
    "REDIS_PASSWORD",
)
DOCKERFILE = (PROJECT / "Dockerfile").read_text()


def test_the_deployment_has_every_process_of_the_architecture() -> None:
    assert set(SERVICES) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_one_shot_service_ends_and_the_others_wait_for_its_success() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_exists(name: str) -> None:
    words = SERVICES[name]["command"]
    if words[:2] == ["python", "-m"]:
        assert (PROJECT / Path(*words[2].split("."))).with_suffix(".py").exists()
    elif words[:2] == ["python", "manage.py"]:
        assert words[2] in get_commands()
    else:
        assert words[:3] == ["celery", "-A", "opsteam"]
        options = [word.partition("=")[0] for word in words[4:] if word.startswith("--")]
        usage = _said_by("celery", words[3], "--help")
        assert [option for option in options if option not in usage] == []


def test_the_web_server_starts_with_the_options_given_to_it() -> None:
    words = SERVICES["web"]["command"]
    usage = _said_by("opsteam.serve", "--help")
    assert [word for word in words if word.startswith("--") and word not in usage] == []
    assert _exec_form("CMD") == words


def test_no_service_runs_as_root() -> None:
    for name in ("postgres", "redis"):
        assert SERVICES[name]["user"] == name
    assert re.search(r"^USER 10001:10001$", DOCKERFILE.rpartition("\nFROM ")[2], flags=re.MULTILINE)
    for name in OURS:
        assert "user" not in SERVICES[name]
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["read_only"] is True


def test_secrets_come_only_from_the_environment_and_have_no_default() -> None:
    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", COMPOSE_TEXT)
        assert uses
        assert {use[:2] for use in uses} == {":?"}, f"{name} has a default or may be empty"
    final_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert not re.search(r"SECRET|PASSWORD|_URL=", final_stage)
    assert "ARG" not in DOCKERFILE


def test_only_commands_connect_as_the_owner_of_the_tables() -> None:
    roles = {
        name: SERVICES[name]["environment"]["DATABASE_URL"].split("//")[1].split(":")[0] for name in OURS
    }
    assert roles == {
        "migrate": "opsteam",
        "web": "opsteam_web",
        "worker": "opsteam_worker",
        "beat": "opsteam_worker",
    }
    for name in ("web", "worker", "beat"):
        assert "POSTGRES_PASSWORD" not in str(SERVICES[name]["environment"])


def test_only_the_local_proxy_reaches_the_web_server() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_every_copied_file_exists_and_is_sent_to_the_build() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().split()
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE):
        for name in source.split():
            assert (PROJECT / name).exists(), name
            assert Path(name).parts[:1] == () or Path(name).parts[0] not in ignored
    assert {".env*", ".git", ".opsteam", ".venv"} <= set(ignored)


def test_the_build_runs_only_programs_that_exist() -> None:
    for name in re.findall(r"/venv/bin/python (\S+\.py)", DOCKERFILE):
        assert (PROJECT / name).exists(), name
    for check in ("web", "beat"):
        assert (PROJECT / SERVICES[check]["healthcheck"]["test"][2]).exists()


def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    compose = _compose()
    if compose is None:
        pytest.skip("needs `docker compose` or `docker-compose`, and this machine has neither")
    example = (PROJECT / ".env.example").read_text()
    filled = re.sub(r"^([A-Z_]+)=$", r"\1=filled", example, flags=re.MULTILINE)
    (tmp_path / "env").write_text(filled)
    command = [*compose, "--env-file", str(tmp_path / "env"), "-f", "docker-compose.yml", "config"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    finished = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    (tmp_path / "env").write_text(filled.replace("REDIS_PASSWORD=filled", "REDIS_PASSWORD="))
    refused = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0
    assert "REDIS_PASSWORD" in refused.stderr


def _said_by(*module_and_arguments: str) -> str:
    command = [sys.executable, "-m", *module_and_arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout


def _exec_form(instruction: str) -> list[str]:
    found = re.findall(rf"^{instruction} (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)
    words: list[str] = yaml.safe_load(found[-1])
    return words


def _compose() -> list[str] | None:
    docker = shutil.which("docker")
    if (
        docker
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    ):
        return [docker, "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None
