"""The program that sets a page: a process of its own, whose memory ends with it and whose time is limited.

Reads one JSON object: `form` (pdf or png), `page` and `fonts` (paths), and `told`, what the page says. Writes the file.
"""

import json
import resource
import sys
from pathlib import Path

import typst

# A report takes a quarter of a second; whoever runs us stops waiting long before.
CPU_SECONDS = 10
PIXELS_PER_INCH = 144


def main() -> None:
    """The file is on the standard output, or the process ends with an error."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    asked = json.load(sys.stdin)
    made = typst.compile(
        Path(asked["page"]).read_bytes(),
        format=asked["form"],
        ppi=PIXELS_PER_INCH,
        font_paths=asked["fonts"],
        ignore_system_fonts=True,
        sys_inputs={"form": asked["form"], "told": json.dumps(asked["told"])},
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
