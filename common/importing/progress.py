"""How far an import has come, as a bar on a terminal and silently elsewhere."""

from typing import BinaryIO, Never

from tqdm import tqdm

ROWS_PER_LOOK = 500


class Progress:
    """One bar while the file is read and, for event logs, a second one while its cases are stored."""

    def __init__(self, file: BinaryIO, size_bytes: int, *, is_shown: bool) -> None:
        self._file = file
        self._is_shown = is_shown
        self._rows = 0
        self._bar = self._new_bar(size_bytes, "B")

    def row_read(self) -> None:
        """One row more; the position in the file tells how far that is."""
        self._rows += 1
        if self._rows % ROWS_PER_LOOK == 0:
            self._bar.update(self._file.tell() - self._bar.n)

    def start_storing(self, cases: int) -> None:
        """The file was read to its end; `cases` follow."""
        self._bar.close()
        self._bar = self._new_bar(cases, "")

    def case_done(self) -> None:
        """One case more was stored or reported."""
        self._bar.update(1)

    def close(self) -> None:
        """Leave the terminal to the next line."""
        self._bar.close()

    def _new_bar(self, total: int, unit: str) -> "tqdm[Never]":
        return tqdm(total=total, unit=unit, unit_scale=True, leave=False, disable=not self._is_shown)
