"""What the pages that show blocks have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback.choices import Status as FeedbackStatus
from feedback.permissions import can_answer_feedback
from home.blocks import Block, Reading, Scope, Table, Wanted, state_of, usual_team_of, wanted
from kpis.permissions import can_decide_on_signals
from people.access import MemberRequest
from tasks.choices import Priority
from tasks.choices import Status as TaskStatus
from tasks.permissions import can_complete_tasks
from tasks.selectors import AHEAD_DAYS

DAY = timedelta(days=1)
PRESET_DAYS = (1, 7, 28, 91)
# Parts that are left out where there is nothing in them.
ONLY_IF_ANY = frozenset({"signals", "reviews"})
# Parts that look alike for everybody: no forms, nothing that depends on the reader but their language.
ALIKE = frozenset({"standouts", "tiles", "themes"})


@dataclass(frozen=True, slots=True)
class Part:
    """A block with its template and what tells whether it shows something else than before.

    Where it is the same for everybody who may see it, `kept_as` names what it looks like.
    """

    block: Block
    state: str
    is_empty: bool
    kept_as: str = ""

    @property
    def template(self) -> str:
        """Shows the block, which it calls `block`."""
        return f"home/blocks/{self.block.key}.html"


def wanted_by(request: MemberRequest) -> Wanted:
    """What the address of a page asks for; without a team, the one that the reader usually looks at."""
    return wanted(request.GET, timezone.localdate(), usual_team_of(request.membership))


def parts_of(reading: Reading, readers: Iterable[Callable[[Reading], Block]]) -> dict[str, Part]:
    """The blocks of a reading by their keys."""
    return {block.key: _part(block, reading) for block in (read(reading) for read in readers)}


def board_context(request: MemberRequest, reading: Reading, parts: Mapping[str, Part]) -> dict[str, Any]:
    """Everything that the blocks of a page need beside themselves."""
    actor, scope = request.membership, reading.scope
    return {
        "parts": parts,
        "scope": scope,
        "teams": reading.ground.teams,
        "presets": presets(scope),
        "today": scope.today,
        "ahead_until": scope.today + (AHEAD_DAYS - 1) * DAY,
        "can_change": can_complete_tasks(actor),
        "can_answer": can_answer_feedback(actor),
        "can_decide": can_decide_on_signals(actor),
        "task_statuses": [(value, str(label)) for value, label in TaskStatus.choices],
        "feedback_statuses": [(value, str(label)) for value, label in FeedbackStatus.choices],
        "urgent": Priority.URGENT,
        "normal": Priority.NORMAL,
        "here": request.get_full_path(),
    }


def presets(scope: Scope) -> list[tuple[str, str, bool]]:
    """Address, name and whether it is shown, of the days that are often asked for."""
    return [
        (
            scope.link(**_days(scope, days)),
            _("Yesterday") if days == 1 else _("%(days)s days") % {"days": days},
            scope.last_on == scope.today - DAY and scope.days == days,
        )
        for days in PRESET_DAYS
    ]


def _days(scope: Scope, days: int) -> dict[str, str]:
    return {"from": str(scope.today - days * DAY), "to": str(scope.today - DAY)}


def _part(block: Block, reading: Reading) -> Part:
    actor, tables = reading.actor, block.tables()
    is_empty = block.key in ONLY_IF_ANY and not any(table.rows for table in tables)
    # Rows offer what one may do with them, and a new day makes others late.
    day = date_format(timezone.localtime(), "Y-m-d")
    state = state_of(tables, actor.role, day, versions_of(block), reading.ground.numbers_state)
    return Part(block, state, is_empty, _kept_as(block, tables, reading) if block.key in ALIKE else "")


def _kept_as(block: Block, tables: list[Table], reading: Reading) -> str:
    organization = reading.actor.organization
    told = (
        (organization.pk, organization.created_at, get_language(), reading.scope),
        (block.key, tables, reading.ground.numbers_state),
    )
    return sha256(repr(told).encode()).hexdigest()


def versions_of(block: Block) -> list[tuple[int, int]]:
    """The versions of the rows that a block offers to change."""
    rows = [
        row for name in ("overdue", "waiting", "breaching", "signals") for row in getattr(block, name, ())
    ]
    return [(row.pk, row.version) for row in rows]
