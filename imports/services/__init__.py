"""Every write of the imports app."""

from imports.services.carrying import carry_out, sweep
from imports.services.sampling import load_samples, remove_samples
from imports.services.steering import cancel_import, start_check, start_storing
from imports.services.taking import LARGEST_BYTES, take_file

__all__ = [
    "LARGEST_BYTES",
    "cancel_import",
    "carry_out",
    "load_samples",
    "remove_samples",
    "start_check",
    "start_storing",
    "sweep",
    "take_file",
]
