"""The pictures in the README, made from the demo."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import VisitAs
from tests.browser.visit import SCREENSHOTS

LARGEST_BYTES = 150_000
DOCS = Path(settings.BASE_DIR) / "docs"


@dataclass(frozen=True)
class Picture:
    """One page in one look; a phone's is narrow and tall."""

    name: str
    path: str
    language: str = "en"
    dark: bool = False
    width: int = 1200
    height: int = 720


PICTURES = (
    Picture("screenshot", "/"),
    Picture("screenshot-kpi", "/kpis/complaint-rate/?grain=month"),
    Picture("screenshot-board", "/tasks/?view=board"),
    Picture("screenshot-feedback-zh", "/feedback/", language="zh-hans"),
    Picture("screenshot-goals-dark", "/goals/", dark=True),
    Picture("screenshot-phone-zh", "/", language="zh-hans", dark=True, width=390, height=720),
)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda each: each.name)
def test_the_pictures_of_the_readme_can_be_made(visit_as: VisitAs, picture: Picture) -> None:
    """With OPSTEAM_REFRESH_SCREENSHOT=1 they become those in docs/."""
    page = visit_as("manager", language=picture.language, width=picture.width, dark=picture.dark).open(
        picture.path
    )
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    shown = {"x": 0, "y": 0, "width": picture.width, "height": picture.height}
    taken = page.screenshot(path=SCREENSHOTS / f"{picture.name}.png", clip=shown)
    assert len(taken) <= LARGEST_BYTES
    if os.environ.get("OPSTEAM_REFRESH_SCREENSHOT") == "1":
        (DOCS / f"{picture.name}.png").write_bytes(taken)


def test_the_readme_shows_committed_pictures_that_stay_small() -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    for picture in PICTURES:
        assert f"docs/{picture.name}.png" in readme
        assert (DOCS / f"{picture.name}.png").stat().st_size <= LARGEST_BYTES
