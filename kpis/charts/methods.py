"""The names of the methods behind a forecast in the reader's words."""

import re

from django.utils.translation import gettext as _

_LOG = "log "
_WITH_STEPS = re.compile(r"(seasonal naive|regression on lag) (\d+)")


def methods_text(methods: str) -> str:
    """The methods as `kpis.analysis.forecasting` names them, the weightiest first."""
    return " + ".join(_method(name) for name in methods.split(" + ") if name)


def _method(name: str) -> str:
    if name.startswith(_LOG):
        return _("%(method)s of logarithms") % {"method": _method(name.removeprefix(_LOG))}
    with_steps = _WITH_STEPS.fullmatch(name)
    if with_steps is not None:
        words = {
            "seasonal naive": _("seasonal naive (%(steps)s)"),
            "regression on lag": _("regression on lag %(steps)s"),
        }
        return words[with_steps[1]] % {"steps": with_steps[2]}
    return {
        "naive": _("naive"),
        "damped trend": _("damped trend"),
        "Holt-Winters": _("Holt-Winters"),
        "double-season Holt-Winters": _("double-season Holt-Winters"),
        "Theta": _("Theta"),
    }.get(name, name)
