"""The lines of a chart stay apart for readers who see fewer colours, computed from the tokens themselves.

The simulation is that of G. Machado, M. Oliveira, L. Fernandes, IEEE TVCG 15 (2009) 1291, at full severity, in linear
RGB; the difference is the distance in Oklab (B. Ottosson, 2020), where about 0.02 is just noticeable.
"""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from opsteam.styleguide.tokens import tokens

SIGHTS = {
    "all": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Each line of a chart: its colour, and how it is dashed or shaped.
LINES = {
    "value": ("accent", "solid"),
    "running": ("accent", "RUNNING"),
    "forecast": ("accent", "LIMIT"),
    "target": ("warn", "TARGET"),
    "compared": ("line-strong", "solid"),
    "limits": ("bad", "LIMIT"),
    "good signal": ("good", "circle"),
    "bad signal": ("bad", "diamond"),
}
APART = 0.12
READABLE = 3.0


def linear(hex_colour: str) -> np.ndarray:
    """The three channels of an sRGB colour, 0 to 1, without gamma."""
    channels = np.array([int(hex_colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(channels: np.ndarray) -> np.ndarray:
    """Linear sRGB in Oklab."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    mixed = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return mixed @ np.cbrt(cones @ channels)


def luminance(hex_colour: str) -> float:
    """As WCAG 2 defines it."""
    return float(linear(hex_colour) @ [0.2126, 0.7152, 0.0722])


@pytest.fixture(scope="module", params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> dict[str, str]:
    """The colour tokens of one theme."""
    place = ["light", "dark"].index(request.param)
    return {token.name: re.findall("#[0-9a-f]{6}", token.value)[place] for token in tokens()["colours"]}


@pytest.mark.parametrize("sight", SIGHTS)
def test_lines_of_one_dash_have_colours_that_everybody_tells_apart(
    colours: dict[str, str], sight: str
) -> None:
    seen = {
        name: oklab(np.clip(SIGHTS[sight] @ linear(colours[colour]), 0, 1))
        for name, (colour, _dash) in LINES.items()
    }
    near = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 3)
        for one, other in combinations(LINES, 2)
        if LINES[one][1] == LINES[other][1] and np.linalg.norm(seen[one] - seen[other]) < APART
    }
    assert near == {}


def test_every_line_stands_out_from_its_ground(colours: dict[str, str]) -> None:
    ground = luminance(colours["surface"])
    for name, (colour, _dash) in LINES.items():
        dark, light = sorted([ground, luminance(colours[colour])])
        assert (light + 0.05) / (dark + 0.05) >= READABLE, name


def test_the_charts_draw_what_is_checked_here() -> None:
    source = (Path(settings.BASE_DIR) / "static" / "js" / "chart-options.js").read_text("utf-8")
    for dash in ("RUNNING", "LIMIT", "TARGET"):
        assert re.search(rf"const {dash} = \[\d+, \d+\];", source), dash
    assert (
        len({re.search(rf"const {dash} = (.*);", source)[1] for dash in ("RUNNING", "LIMIT", "TARGET")}) == 3
    )
    assert 'symbol: isGood ? "circle" : "diamond"' in source
    for colour in ("accent", "good", "warn", "bad"):
        assert f"tones.{colour}" in source
