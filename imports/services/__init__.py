"""Every write of the imports app."""

from imports.services.carrying import carry_out, sweep
from imports.services.sampling import load_samples, remove_samples
from imports.services.steering import start_check, start_storing
from imports.services.taking import LARGEST_BYTES, contents, take_file

__all__ = [
    "LARGEST_BYTES",
    "carry_out",
    "contents",
    "load_samples",
    "remove_samples",
    "start_check",
    "start_storing",
    "sweep",
    "take_file",
]
