"""Why the embedded installation cannot be started, in words for the person at the console."""


class EmbeddedError(Exception):
    """A server or process cannot be started; the message says what to do."""


class ServerEndedError(EmbeddedError):
    """The server ended before it was ready."""


class ServerLateError(EmbeddedError):
    """The server did not become ready in the given time."""


class AlreadyRunningError(EmbeddedError):
    """Another supervisor runs from the same directory."""

    def __init__(self, address: str) -> None:
        self.address = address
        where = f"at {address}" if address else "and is still starting"
        super().__init__(f"opsteam already runs from this directory, {where}.")


class StopRequestedError(Exception):
    """The person asked to stop while something was still being started."""
