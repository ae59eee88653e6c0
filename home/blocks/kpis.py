"""What stands out among the numbers, and the KPIs that somebody chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.ui import kpi_value, number, signed_value
from home.blocks.block import Table
from home.blocks.reading import Reading
from home.blocks.scope import Scope
from home.standouts import Standout
from kpis.selectors import KpiCard

USUAL_TILES = 12


@dataclass(frozen=True, slots=True)
class Standouts:
    """One sentence for each thing that a manager should know."""

    key: ClassVar[str] = "standouts"
    standouts: Sequence[Standout]
    is_measured: bool

    def tables(self) -> list[Table]:
        """The sentences."""
        rows = [(each.sentence, each.note) for each in self.standouts]
        return [Table(_("What stands out"), (_("What"), _("Over")), rows)]


@dataclass(frozen=True, slots=True)
class Tiles:
    """KPI tiles in their order, the number of all KPIs, and up to when all of them are up to date."""

    key: ClassVar[str] = "tiles"
    scope: Scope
    cards: Sequence[KpiCard]
    kpi_count: int
    fresh_through: datetime | None

    def tables(self) -> list[Table]:
        """A row for each tile."""
        change = pgettext("of a number", "Change")
        columns = (_("KPI"), _("Value"), "n", change, _("Target"), _("Status"), _("Up to"))
        return [Table(_("KPIs"), columns, [_row(card) for card in self.cards])]


def standouts_block(reading: Reading) -> Standouts:
    """What stands out, of all KPIs and themes."""
    return Standouts(reading.standouts, any(card.value is not None for card in reading.kpis.cards))


def tiles_block(reading: Reading) -> Tiles:
    """The KPIs that the person chose, or else those of the team, or else the first twelve."""
    cards = reading.kpis.cards
    by_id = {card.kpi_id: card for card in cards}
    chosen = [by_id[kpi_id] for kpi_id in chosen_ids(reading) if kpi_id in by_id]
    fresh = [card.fresh_through for card in cards]
    return Tiles(reading.scope, chosen or cards[:USUAL_TILES], len(cards), min(fresh, default=None))


def chosen_ids(reading: Reading) -> Sequence[int]:
    """The KPIs of the person's own tiles, or else of the team's."""
    return reading.ground.tile_ids or reading.ground.team_tile_ids


def _row(card: KpiCard) -> tuple[str, ...]:
    change = None if card.value is None or card.previous_value is None else card.value - card.previous_value
    return (
        card.name,
        kpi_value(card.value, card.unit),
        number(card.n),
        "" if change is None else signed_value(change, card.unit),
        "" if card.target is None else kpi_value(card.target, card.unit),
        str(card.status.label),
        date_format(card.last_on, "DATE_FORMAT"),
    )
