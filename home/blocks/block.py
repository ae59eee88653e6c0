"""What a part of Home is: something to look at, and the same as plain tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a block as text in the reader's language: what CSV, paper and mail show of it.

    Where the rows are the first of more, `count` is how many there are.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    count: int | None = None


class Block(Protocol):
    """A part of Home. Its template is `home/blocks/<key>.html`, where it is called `block`."""

    key: ClassVar[str]

    def tables(self) -> list[Table]:
        """All of its numbers."""
        ...


def state_of(tables: Sequence[Table], *beside: object) -> str:
    """Another text whenever the block with these tables shows something else."""
    return f"{crc32(repr((tables, beside)).encode()):08x}"
