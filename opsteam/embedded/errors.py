"""Why an embedded server could not be started, in words for the person at the console."""


class EmbeddedError(Exception):
    """A server or process cannot be started; the message says what to do."""


class ServerEndedError(EmbeddedError):
    """The server ended before it was ready."""


class ServerLateError(EmbeddedError):
    """The server did not become ready in the given time."""
