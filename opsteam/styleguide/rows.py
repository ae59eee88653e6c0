"""Rows that no organization has, for the examples of components."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.choices import Status as KpiStatus
from kpis.selectors import KpiCard
from tasks.choices import Status

WEEKS = (62, 64, 61, 66, None, 71, 70, 74, 73, 78, 77, 81)
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Rows:
    """What the examples of a pane are about."""

    language: str
    theme: str

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """Those of a task."""
        return [(value, str(label)) for value, label in Status.choices]

    @property
    def task(self) -> SimpleNamespace:
        """A task."""
        return SimpleNamespace(pk=12, version=1, title=_("Reply to Mrs Wang"), status=Status.IN_PROGRESS)

    @property
    def tasks(self) -> list[SimpleNamespace]:
        """One of each status."""
        return [
            SimpleNamespace(pk=number, version=1, status=value) for number, value in enumerate(Status.values)
        ]

    @property
    def sections(self) -> list[SimpleNamespace]:
        """Those of My work."""
        names = (("today", _("Today")), ("week", _("This week")), ("later", _("Later")))
        return [SimpleNamespace(when=when, label=label) for when, label in names]

    @property
    def last_change(self) -> SimpleNamespace:
        """Who was faster."""
        return SimpleNamespace(actor=SimpleNamespace(user=SimpleNamespace(name="Ana Lopez")))

    @property
    def differences(self) -> list[SimpleNamespace]:
        """A field that both changed, and one that the other one did."""
        both = _difference(_("Title"), [(_("Reply to Mrs Wang"), False)], [(_("Call Mrs Wang"), True)])
        both.choice = f"{self.language}-{self.theme}-keep"
        return [both, _difference(_("Priority"), [(_("Normal"), False)], [(_("Urgent"), True)])]

    @property
    def draft(self) -> SimpleNamespace:
        """What was typed before."""
        return SimpleNamespace(saved_at=MOMENT, values={"title": "…"})

    @property
    def undo(self) -> SimpleNamespace:
        """The way back from a change of status."""
        return SimpleNamespace(url="#undo_notice", status=Status.TODO, version=1, due_on=None)

    @property
    def shown_teams(self) -> list[SimpleNamespace]:
        """A list of one team, and one of all."""
        team = SimpleNamespace(name=_("Customer support"))
        return [
            SimpleNamespace(team=team, every_url="#shown_team"),
            SimpleNamespace(team=None, home_team=team, home_url="#shown_team"),
        ]

    @property
    def cards(self) -> list[KpiCard]:
        """A KPI on its target, and one off it."""
        return [
            _card("csat", _("Customer satisfaction (CSAT)"), KpiStatus.ON_TARGET, "85"),
            _card("on-time-rate", _("On-time rate"), KpiStatus.OFF_TARGET, "90"),
        ]


def _difference(
    label: Promise | str, typed: list[tuple[Promise | str, bool]], stored: list[tuple[Promise | str, bool]]
) -> SimpleNamespace:
    return SimpleNamespace(label=label, choice="", typed_parts=typed, stored_parts=stored)


def _card(key: str, name: Promise | str, status: KpiStatus, target: str) -> KpiCard:
    return KpiCard(
        kpi_id=1,
        key=key,
        name=str(name),
        unit="percent",
        direction="up",
        value=Decimal(81),
        previous_value=Decimal(77),
        n=1204,
        target=Decimal(target),
        status=status,
        sparkline=[None if week is None else Decimal(week) for week in WEEKS],
        weekly_target=Decimal(target),
        fresh_through=MOMENT,
        pending=False,
        last_on=date(2026, 3, 1),
    )
