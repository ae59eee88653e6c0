"""Makes the file in a child process, so that neither a web worker's memory nor its time depends on what is on it."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

logger = logging.getLogger(__name__)

TYPES: Final = {"pdf": "application/pdf", "png": "image/png"}
PAGE: Final = Path(__file__).with_name("page.typ")
# Of one web process: each needs a processor, and some hundred megabytes for its fonts.
MOST_AT_ONCE = 2
PATIENCE_SECONDS = 4.0
TURN_SECONDS = 2.0
_turns = BoundedSemaphore(MOST_AT_ONCE)


class PaperNotMade(Refusal):
    """The file takes too long, or what sets it is missing or busy."""

    code = "paper_not_made"
    status = 503
    sentence = _("The file could not be made now. Try again in a moment, or take the CSV file.")

    def __init__(self) -> None:
        super().__init__(wait_seconds=PATIENCE_SECONDS)


def made_file(told: dict[str, Any], form: str) -> bytes:
    """The page that is told as a file of the form `pdf` or `png`; refuses what takes too long."""
    if not any(file for place in settings.PAPER_FONTS for file in Path(place).glob("*.ttf")):
        # It would be set in letters that know no Chinese.
        logger.warning("home.paper_without_typeface")
        raise PaperNotMade
    asked = {"form": form, "page": str(PAGE), "fonts": settings.PAPER_FONTS, "told": told}
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise PaperNotMade
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "home.paper.typesetting"],
            input=json.dumps(asked).encode(),
            cwd=settings.BASE_DIR,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").splitlines()
        logger.warning(
            "home.paper_not_made", extra={"error": type(error).__name__, "said": "".join(said[-1:])[:300]}
        )
        raise PaperNotMade from error
    finally:
        _turns.release()
    return finished.stdout
