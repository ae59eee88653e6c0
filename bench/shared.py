"""Where the published series lie that some parts are scored on."""

import argparse
import os
from pathlib import Path

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """`--data`; without it OPSTEAM_SHARED_DATA, or `shared/data` beside the checkout."""
    default = Path(os.environ.get("OPSTEAM_SHARED_DATA", BESIDE_THE_CHECKOUT))
    parser.add_argument("--data", type=Path, default=default)
