"""Signals that wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value
from home.blocks.block import Table
from home.blocks.reading import SIGNAL_ROWS, Reading
from kpis.models import Signal


@dataclass(frozen=True, slots=True)
class Signals:
    """The newest open signals."""

    key: ClassVar[str] = "signals"
    signals: Sequence[Signal]
    has_more: bool

    def tables(self) -> list[Table]:
        """A row for each signal."""
        columns = (_("KPI"), _("Team"), _("What was seen"), _("Value"), _("Expected"), _("Day"), _("State"))
        return [Table(_("Signals to decide on"), columns, [_row(signal) for signal in self.signals])]


def signals_block(reading: Reading) -> Signals:
    """The open signals of the team and of the whole organization."""
    found = reading.signals
    return Signals(found[:SIGNAL_ROWS], len(found) > SIGNAL_ROWS)


def _row(signal: Signal) -> tuple[str, ...]:
    unit = signal.kpi.unit
    return (
        signal.kpi.name,
        signal.team.name if signal.team else "",
        signal.get_kind_display(),
        kpi_value(signal.value, unit),
        kpi_value(signal.expected, unit),
        date_format(signal.last_on, "DATE_FORMAT"),
        signal.get_state_display(),
    )
