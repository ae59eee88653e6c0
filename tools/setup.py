"""What `make run` and `make test` need: .venv from a hash-locked file, front-end files, compiled messages.

setup.py run   what a running installation needs
setup.py dev   the same and what the tests need

Needs only the standard library, and does again only what has changed since the last time.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells a person with an older one
    sys.exit(f"opsteam needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main() -> None:
    """The installation is complete, or the program ends with a sentence that says what is missing."""
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in {"run", "dev"}:
        sys.exit(__doc__)
    # Under a strict umask root's files would be closed to the user as whom PostgreSQL runs.
    os.umask(0o022)
    with _alone():
        _virtual_environment()
        locks = [ROOT / "requirements" / f"{name}.txt" for name in ("pip", kind)]
        _unless_done(f"packages-{kind}", locks, lambda: _packages(*locks))
        front_end = [ROOT / "package-lock.json", ROOT / "tools" / "frontend.py", *_vendor()]
        # One waits for the network while the other computes.
        with ThreadPoolExecutor() as beside:
            compiling = beside.submit(_unless_done, f"compiled-{kind}", locks, _compiled)
            _unless_done("front-end", front_end, _front_end)
            compiling.result()
        catalogues = list((ROOT / "locale").rglob("*.po"))
        compiled = [path.with_suffix(".mo") for path in catalogues]
        _unless_done("messages", [*catalogues, *compiled], _messages)


def _virtual_environment() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    _say("Creating .venv")
    finished = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        said = finished.stdout + finished.stderr
        hint = "\nOn Debian and Ubuntu: apt-get install python3-venv" if "ensurepip" in said else ""
        sys.exit(f"A virtual environment could not be made:\n{said.strip()}{hint}")


def _packages(installer: Path, lock: Path) -> None:
    """Every package of the lock file is installed, each archive checked against its hash."""
    total = len(re.findall(r"^[A-Za-z0-9].*==", lock.read_text(), flags=re.MULTILINE))
    install: list[str | Path] = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input"]
    install += ["--disable-pip-version-check", "--progress-bar=off"]
    _stream("Preparing to install", [*install, "-r", installer], 1)
    # The lock file names all there is to install: nothing to find out, and what is unpacked is compiled afterwards.
    _stream("Installing Python packages", [*install, "--no-deps", "--no-compile", "-r", lock], total)
    checked = subprocess.run([PYTHON, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        sys.exit(f"{checked.stdout}The lock file does not fit this Python, {sys.version.split()[0]}.")


def _compiled() -> None:
    """What was unpacked, on all cores; some packages bring sources for other Pythons, which this one refuses."""
    command: list[str | Path] = [PYTHON, "-m", "compileall", "-q", "-j", "0", VENV / "lib"]
    subprocess.run(command, capture_output=True, check=False)


def _front_end() -> None:
    _say("Installing front-end files")
    _program([PYTHON, ROOT / "tools" / "frontend.py"])


def _messages() -> None:
    _program([PYTHON, ROOT / "tools" / "messages.py", "compile"])


def _program(command: list[str | Path]) -> None:
    finished = subprocess.run(command, cwd=ROOT, check=False)
    if finished.returncode != 0:
        sys.exit("Setting up opsteam stopped; the lines above say why. `make setup` tries again.")


def _stream(title: str, command: list[str | Path], total: int) -> None:
    """Runs pip with a counter in place of its many lines; shows its last lines where it fails."""
    said: list[str] = []
    done, phase = 0, ""
    if not sys.stdout.isatty():
        _say(title)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            done += line.startswith(("Collecting ", "Requirement already satisfied"))
            if line.startswith("Installing collected packages"):
                phase = ", unpacking"
            _count(f"{title}: {min(done, total)} of {total}{phase}")
    if sys.stdout.isatty():
        _count(f"{title}: {total}".ljust(len(title) + 24) + "\n")
    if process.returncode != 0:
        sys.exit("".join(said[-20:]) + "Python packages could not be installed; `make setup` tries again.")


def _count(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r  {text}")
        sys.stdout.flush()


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _vendor() -> list[Path]:
    vendor = ROOT / "static" / "vendor"
    return [vendor / "icons.svg", vendor / "echarts.min.js", ROOT / "fonts" / "NotoSansSC_400Regular.ttf"]


def _unless_done(name: str, inputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Skips `work` when the same files, with the same content, stood there after its last success."""
    files = sorted(inputs)
    stamp = VENV / f".opsteam-{name}"
    if stamp.exists() and stamp.read_text() == _digest(files):
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(_digest(files))


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(path.read_bytes() if path.exists() else b"missing")
    return found.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in this clone; a second one waits."""
    state = ROOT / ".opsteam"
    state.mkdir(exist_ok=True)
    with open(state / "setup.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up runs in this directory; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nSetting up was interrupted; the next start goes on from here.")
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to another user: use that user, or a clone of your own.")
