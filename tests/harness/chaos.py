"""`python -m tests.harness.chaos`: a deployment of its own, everything that goes wrong, and a judgement.

Without `--minutes` the short form that `make test` runs. Writes build/chaos.json; ends with 1 where something that
must be reached was not.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tests.harness.deployment import ROOT, WEB, WORKER, Servers
from tests.harness.disk import in_own_mounts
from tests.services import server_with_tables

REPORT = ROOT / "build" / "chaos.json"


def main() -> None:
    """Runs once; every process it starts has ended when it does, whichever way that is."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.chaos", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, help="how long the faults go on; without it, once through the plan"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, default=REPORT)
    chosen = parser.parse_args()
    in_own_mounts()
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="opsteam-chaos-") as name:
        directory = Path(name)
        servers = Servers(directory)
        try:
            _name_settings(directory)
            servers.start(server_with_tables(directory / "made"))
            _set_up_django(servers)
            # Only now: its modules read the settings.
            from tests.harness.storm import run
            from tests.harness.verdicts import table

            found = run(servers, minutes=chosen.minutes, seed=chosen.seed)
        finally:
            servers.close()
            _keep_logs(directory, chosen.report.parent / "chaos-logs")
    chosen.report.parent.mkdir(exist_ok=True)
    chosen.report.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    sys.stdout.write(table(found) + "\n")
    sys.exit(0 if all(each["holds"] for each in found["must_reach"]) else 1)


def _name_settings(directory: Path) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "opsteam.settings",
        "OPSTEAM_MODE": "test",
        "OPSTEAM_SECRET_KEY": "only-for-chaos-" + "x" * 40,
        "OPSTEAM_SITE_URL": "http://127.0.0.1",
        "OPSTEAM_STATE_DIR": str(directory),
        "OPSTEAM_OUTBOUND_HTTP": "allowed",
        "OPSTEAM_OUTBOUND_PRIVATE": "127.0.0.0/8",
    }


def _set_up_django(servers: Servers) -> None:
    """This process uses the deployment's database directly, as the owner of its tables."""
    os.environ |= {"DATABASE_URL": servers.postgres.url, "REDIS_URL": servers.redis.url}
    passwords = {
        "OPSTEAM_WEB_PASSWORD": servers.postgres.password_of(WEB),
        "OPSTEAM_WORKER_PASSWORD": servers.postgres.password_of(WORKER),
    }
    os.environ |= passwords
    import django
    from django.core.management import call_command

    django.setup()
    call_command("upgrade", verbosity=0)
    for name in passwords:
        # The programs know their own by their address of the database.
        del os.environ[name]


def _keep_logs(directory: Path, place: Path) -> None:
    """What the programs said in the last run."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for log in directory.glob("*.log"):
        shutil.copyfile(log, place / log.name)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(143)


if __name__ == "__main__":
    main()
