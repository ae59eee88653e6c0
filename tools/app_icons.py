"""The pictures that phones show for opsteam, from the drawing in static/favicon.svg. Run it after the drawing changes.

app_icons.py    write static/icons/*.png with the machine's Chromium
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
# Name, size in pixels, and how much of the width stays free on each side; phones cut the maskable one to their shape.
PICTURES = (
    ("icon-192", 192, 0.0),
    ("icon-512", 512, 0.0),
    ("maskable-512", 512, 0.14),
    ("apple-touch-icon", 180, 0.1),
)
GROUND = "#1f5796"


def main() -> None:
    """Every picture is written anew."""
    browser_path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if browser_path is None:
        sys.exit("needs Chromium; on Debian and Ubuntu: apt-get install chromium")
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        for name, size, free in PICTURES:
            draw(page, name, size, free)
        browser.close()


def draw(page: Page, name: str, size: int, free: float) -> None:
    """One picture; with free room around the drawing, its ground fills the corners."""
    drawing = (STATIC / "favicon.svg").read_text("utf-8")
    ground = GROUND if free else "transparent"
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body{{margin:0;background:{ground}}}svg{{display:block;margin:{free * size}px;"
        f"width:{size * (1 - 2 * free)}px}}</style>{drawing}"
    )
    page.screenshot(path=STATIC / "icons" / f"{name}.png", omit_background=True)


if __name__ == "__main__":
    main()
