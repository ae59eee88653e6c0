"""The commands of the documentation work where somebody has typed `make run` and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

STANDS_IN = """
import sys

def main(arguments):
    print("make run:", *arguments)
    return 3
"""


def test_a_command_is_for_make_run_unless_another_installation_is_named(tmp_path: Path) -> None:
    shutil.copy(Path(settings.BASE_DIR) / "manage.py", tmp_path)
    package = tmp_path / "opsteam" / "embedded"
    package.mkdir(parents=True)
    (package / "manage.py").write_text(STANDS_IN)

    def says(**environment: str) -> tuple[int, str]:
        command = [sys.executable, "manage.py", "--version"]
        ended = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout.strip()

    others = says()
    (tmp_path / ".opsteam").mkdir()
    (tmp_path / ".opsteam" / "secret-key").write_text("made-up")
    assert says() == (3, "make run: --version")
    assert says(OPSTEAM_SECRET_KEY="made-up") == says(DATABASE_URL="postgresql://x/y") == others
    assert others[0] == 0
