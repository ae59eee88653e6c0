"""Health checks of docker-compose.yml: status 0 when the service does its work.

healthcheck.py web --port 8000              the web server says it is ready
healthcheck.py beat --schedule /tmp/file    beat has lately written down what it started
"""

import argparse
import http.client
import sys
import time
from pathlib import Path

# Beat writes every three minutes.
LONGEST_SILENCE_SECONDS = 600


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("service", choices=("web", "beat"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--schedule", type=Path)
    chosen = parser.parse_args()
    healthy = web_answers(chosen.port) if chosen.service == "web" else beat_ticks(chosen.schedule)
    return 0 if healthy else 1


def web_answers(port: int) -> bool:
    """Whether the web server says that it, its database and its migrations are ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def beat_ticks(schedule: Path) -> bool:
    """Whether one of the schedule's files is younger than the longest silence."""
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < LONGEST_SILENCE_SECONDS


if __name__ == "__main__":
    sys.exit(main())
