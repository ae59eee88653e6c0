"""Pages through which rows come in."""

from imports.views.files import check, detail, report, store, take_feedback, take_tasks

__all__ = ["check", "detail", "report", "store", "take_feedback", "take_tasks"]
