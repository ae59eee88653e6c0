"""What an import refuses: a whole file, a mapping, or one cell."""


class UnreadableFile(Exception):  # noqa: N818 - a refusal, named for what it refuses
    """Nothing of the file can be imported; the sentence says why and what to do."""


class InvalidMapping(Exception):  # noqa: N818 - a refusal, named for what it refuses
    """The mapping does not fit the file or the importer; the sentence names the line to change."""


class BadCell(Exception):  # noqa: N818 - a refusal, named for what it refuses
    """One cell of a row cannot be used; the row is reported, the import goes on."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
