"""Why an operation was refused; each says what to do."""


class OperatingError(Exception):
    """The operation was refused or failed; nothing that was there before is lost unless the words say so."""


class NotABackup(OperatingError):  # noqa: N818 - errors state the refusal
    """The file is not what it should be."""


class NotRestorable(OperatingError):  # noqa: N818 - errors state the refusal
    """The backup cannot go into this database."""
