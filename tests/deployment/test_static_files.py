"""What the image's build does with the static files, with the production storage."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_every_static_file_a_static_file_names_exists_and_all_get_lasting_names(
    tmp_path: Path, settings: Any
) -> None:
    if not (PROJECT / "static" / "vendor" / "icons.svg").exists():
        pytest.fail("static/vendor is missing: `make setup` brings the front-end files")
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    manifest = (tmp_path / "staticfiles.json").read_text()
    for name in ("vendor/icons.svg", "vendor/echarts.min.js"):
        assert f'"{name}"' in manifest
