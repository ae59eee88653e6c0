#!/usr/bin/env python
"""Django's command line for opsteam; where nothing says which installation is meant, that of `make run` is."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def is_of_make_run() -> bool:
    """Whether `make run` has been here and no other installation is named."""
    is_named = {"OPSTEAM_SECRET_KEY", "DATABASE_URL"} & os.environ.keys()
    return not is_named and (HERE / ".opsteam" / "secret-key").exists()


if __name__ == "__main__":
    if is_of_make_run():
        from opsteam.embedded.manage import main

        sys.stderr.write("On the data of `make run`, because no OPSTEAM_SECRET_KEY is set.\n")
        sys.exit(main(sys.argv[1:]))
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsteam.settings")
    execute_from_command_line(sys.argv)
