"""Pages through which rows come in, and sample data comes and goes."""

from imports.views.files import cancel, check, detail, report, store, take_feedback, take_tasks
from imports.views.samples import load_samples, remove_samples, samples

__all__ = [
    "cancel",
    "check",
    "detail",
    "load_samples",
    "remove_samples",
    "report",
    "samples",
    "store",
    "take_feedback",
    "take_tasks",
]
