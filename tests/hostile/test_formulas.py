"""Every file that leaves the house for a spreadsheet: no cell with somebody's text starts a formula."""

import csv
import io

from tests.architecture.world import World
from tests.conftest import sign_in
from tests.hostile.attack import addresses
from tests.hostile.corpus import FORMULAS
from tests.hostile.planting import plant

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_number(cell: str) -> bool:
    """Whether the cell is a number, which may start with a sign."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def dangerous(text: str) -> list[str]:
    """The cells that a spreadsheet program would compute."""
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    return [cell for cell in cells if cell.lstrip(" ").startswith(STARTS) and not is_number(cell)]


def test_the_look_finds_a_formula() -> None:
    assert dangerous("a,b\n=1+1,2\n") == ["=1+1"]
    assert dangerous("a,b\n-1.5,'=1\n") == []


def test_no_download_starts_a_formula(world: World) -> None:
    client, files = sign_in(world.cast.adam), 0
    paths = [path for method, _address, path, _row in addresses(world, "pages") if method == "GET"]
    for formula in FORMULAS:
        plant(lambda room, text=formula: text[:room])
        for path in paths:
            if not path.rstrip("/").endswith("csv"):
                continue
            answer = client.get(path)
            assert answer["Content-Type"].startswith("text/csv")
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
            files += 1
            assert dangerous(answer.getvalue().decode("utf-8-sig")) == [], f"{path} with {formula!r}"
    assert files >= 2 * len(FORMULAS)
