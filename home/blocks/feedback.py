"""Customers who wait for a reply, and what they complain about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.models import FeedbackItem
from feedback.selectors import ThemeTrend
from home.blocks.block import Table
from home.blocks.reading import Reading

THEME_ROWS = 8


@dataclass(frozen=True, slots=True)
class Feedback:
    """The first items whose reply is late or about to be, how many there are, and how many wait for a reply at all."""

    key: ClassVar[str] = "feedback"
    breaching: Sequence[FeedbackItem]
    breaching_count: int
    unanswered_count: int
    team_query: str

    def tables(self) -> list[Table]:
        """A row for each item."""
        columns = (_("Feedback"), _("Kind"), _("Customer"), _("Reply due"), _("Status"))
        return [
            Table(_("Replies due"), columns, [_row(item) for item in self.breaching], self.breaching_count)
        ]


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes with the most complaints in 52 weeks, rising ones first."""

    key: ClassVar[str] = "themes"
    themes: Sequence[ThemeTrend]
    team_query: str

    def tables(self) -> list[Table]:
        """A row for each theme."""
        columns = (_("Theme"), _("Last 4 weeks"), _("4 weeks before"), _("52 weeks"), _("Rising"))
        rows = [
            (
                theme.name,
                str(theme.recent),
                str(theme.before),
                str(theme.total),
                _("Yes") if theme.is_rising else _("No"),
            )
            for theme in self.themes
        ]
        return [Table(_("Complaint themes"), columns, rows)]


def feedback_block(reading: Reading) -> Feedback:
    """The replies that are due."""
    return Feedback(
        reading.breaching,
        reading.ground.breaching_count,
        reading.ground.unanswered_count,
        reading.scope.team_query,
    )


def themes_block(reading: Reading) -> Themes:
    """Rising themes before all others."""
    rising_first = sorted(reading.themes, key=lambda theme: not theme.is_rising)
    return Themes(rising_first[:THEME_ROWS], reading.scope.team_query)


def _row(item: FeedbackItem) -> tuple[str, ...]:
    due_at = item.reply_due_at
    return (
        item.subject,
        item.get_kind_display(),
        item.customer.name if item.customer else "",
        date_format(timezone.localtime(due_at), "DATETIME_FORMAT") if due_at else "",
        item.get_status_display(),
    )
