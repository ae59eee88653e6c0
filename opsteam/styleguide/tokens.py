"""The design tokens, read from the style sheet that defines them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

_TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")


@dataclass(frozen=True, slots=True)
class Token:
    """One custom property and its value."""

    name: str
    value: str


@cache
def tokens() -> dict[str, list[Token]]:
    """The tokens of :root by what they are about; what takes several names, such as fonts, is left out."""
    sheet = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text("utf-8")
    root = sheet[: sheet.index("}\n")]
    found = [Token(name, " ".join(value.split())) for name, value in _TOKEN.findall(root)]
    return {
        "colours": [token for token in found if token.value.startswith("light-dark(#")],
        "text": [token for token in found if token.name.startswith("text-")],
        "others": [
            token
            for token in found
            if token.name.startswith(("space", "radius", "target", "quick", "calm", "over"))
        ],
    }
