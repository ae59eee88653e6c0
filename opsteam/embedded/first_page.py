"""The last word on whether opsteam runs: its first page."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.logfiles import last_lines


def answers(url: str, *, within_seconds: float) -> bool:
    """Whether the web server says in that time that it is alive."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=within_seconds)
    try:
        connection.request("GET", "/health/live/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def visit(url: str, *, log: Path) -> None:
    """The first page has been answered, redirects followed; refuses an error page."""
    # Without the environment's proxies, which may be set even for our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=60) as answer:
            answer.read()
    except (OSError, urllib.error.URLError) as error:
        words = "\n".join(last_lines(log, 12))
        raise EmbeddedError(
            f"The first page is not there ({error}). The web server's last lines:\n{words}"
        ) from error
