"""The picture in the README, made from the demo."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import VisitAs
from tests.browser.visit import SCREENSHOTS

LARGEST_BYTES = 150_000
WIDTH, HEIGHT = 1200, 720


def test_the_readme_picture_can_be_made(visit_as: VisitAs) -> None:
    """With OPSTEAM_REFRESH_SCREENSHOT=1 it becomes docs/screenshot.png."""
    page = visit_as("manager", width=WIDTH).open("/")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    shown = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
    picture = page.screenshot(path=SCREENSHOTS / "readme.png", clip=shown)
    assert len(picture) <= LARGEST_BYTES
    if os.environ.get("OPSTEAM_REFRESH_SCREENSHOT") == "1":
        (Path(settings.BASE_DIR) / "docs" / "screenshot.png").write_bytes(picture)


@pytest.mark.parametrize("name", ["screenshot.png"])
def test_committed_pictures_stay_small(name: str) -> None:
    picture = Path(settings.BASE_DIR) / "docs" / name
    if not picture.exists():
        pytest.skip("the picture has not been made yet")
    assert picture.stat().st_size <= LARGEST_BYTES
