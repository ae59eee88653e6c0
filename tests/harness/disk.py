"""A small disk that can be filled, where this user may mount one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SIZE_MEGABYTES = 700
HAS_OWN_MOUNTS = "OPSTEAM_OWN_MOUNTS"


def in_own_mounts() -> None:
    """Begin this process anew where what it mounts goes with the last of its children, however they end.

    Does nothing where this user may not, or where that has been done.
    """
    aside = ["unshare", "--mount"]
    if HAS_OWN_MOUNTS in os.environ or shutil.which(aside[0]) is None:
        return
    if subprocess.run([*aside, "true"], capture_output=True, check=False).returncode == 0:
        os.environ[HAS_OWN_MOUNTS] = "1"
        os.execvp(aside[0], [*aside, sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - none is wanted


class SmallDisk:
    """A tmpfs for PostgreSQL's files; `refusal` says why there is none."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.refusal = ""
        self._ballast = directory / "ballast"

    def mount(self) -> None:
        """The directory is a disk of its own, or an ordinary directory and `refusal` says why."""
        self.directory.mkdir(parents=True)
        options = ["-t", "tmpfs", "-o", f"size={SIZE_MEGABYTES}m,mode=0711", "tmpfs", str(self.directory)]
        try:
            done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        except OSError as error:
            self.refusal = str(error)
            return
        if done.returncode != 0:
            self.refusal = done.stderr.strip() or "mount was refused"

    def fill(self) -> None:
        """Not a byte is left."""
        piece = b"\0" * (1 << 20)
        with self._ballast.open("ab", buffering=0) as ballast:
            while True:
                try:
                    ballast.write(piece)
                except OSError:
                    if len(piece) == 1:
                        return
                    piece = piece[: len(piece) // 16] or b"\0"

    def relieve(self) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Nothing is left of it."""
        if not self.refusal:
            subprocess.run(["umount", "--lazy", str(self.directory)], capture_output=True, check=False)
