"""Pages that compose the apps."""

from home.views.manager import manager_home, pulse, seen, setup
from home.views.manifest import manifest
from home.views.reports import (
    home_csv,
    home_file,
    newest_report,
    weekly_report,
    weekly_report_csv,
    weekly_report_file,
)
from home.views.search import search_page, shortcut_sheet
from home.views.signals import acknowledge_signal, close_signal, open_task, signal_detail, signal_list
from home.views.tiles import tiles

__all__ = [
    "acknowledge_signal",
    "close_signal",
    "home_csv",
    "home_file",
    "manager_home",
    "manifest",
    "newest_report",
    "open_task",
    "pulse",
    "search_page",
    "seen",
    "setup",
    "shortcut_sheet",
    "signal_detail",
    "signal_list",
    "tiles",
    "weekly_report",
    "weekly_report_csv",
    "weekly_report_file",
]
