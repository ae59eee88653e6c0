"""Pages that compose the apps."""

from home.views.manager import manager_home, pulse, seen, setup
from home.views.manifest import manifest
from home.views.signals import acknowledge_signal, close_signal, open_task, signal_detail, signal_list

__all__ = [
    "acknowledge_signal",
    "close_signal",
    "manager_home",
    "manifest",
    "open_task",
    "pulse",
    "seen",
    "setup",
    "signal_detail",
    "signal_list",
]
