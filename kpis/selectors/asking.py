"""What readers ask of a KPI, checked: whose, over which days, of which facts, by which definition, as of when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible
from kpis.cellsql import Source
from kpis.choices import Grain
from kpis.models import Kpi
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.freshness import Freshness, Span
from kpis.selectors.totals import Scope
from people.models import Membership, Team
from people.selectors import with_parts

MAX_PERIODS = 1_500
# How many of a grain fit into a day, and how long the others are at least.
PER_DAY = {Grain.HOUR: 24}
LEAST_DAYS = {Grain.WEEK: 7, Grain.MONTH: 28, Grain.QUARTER: 90, Grain.YEAR: 365}


class Consistency(Enum):
    """Whether a reader waits for nothing, or wants the facts of days that are dirty."""

    CELLS = "cells"
    STRICT = "strict"


class Compare(Enum):
    """What each point is compared with."""

    PREVIOUS = "previous"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The facts that count: of a team and all below it, of a member, with a label. `tree` names the teams' tree."""

    team_id: int | None = None
    member_id: int | None = None
    label: str = ""


def kpi_asked(
    actor: Membership, key: str, *, definition: int | None = None, as_of: datetime | None = None
) -> DefinedKpi:
    """The KPI as it was defined at `as_of`, or by one version of its definition; refuses what does not exist."""
    if as_of is not None and as_of > timezone.now():
        raise InvalidInput({"as_of": [_("This moment lies in the future.")]})
    found = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key), known_at=as_of)
    if not found:
        if as_of is not None and Kpi.objects.visible_to(actor).filter(key=key).exists():
            raise InvalidInput({"as_of": [_("The KPI was not defined yet then.")]})
        raise NotVisible
    if definition is None:
        return found[0]
    only = found[0].only(definition)
    if only is None:
        raise InvalidInput({"definition": [_("The KPI has no such version of its definition.")]})
    return only


def scope_of(
    actor: Membership, narrowing: Narrowing, *, source: Source, as_of: datetime | None, **more: Any
) -> tuple[Scope, str]:
    """Which facts count, and a name of the tree of teams that decides it; refuses others' teams and members."""
    teams, tree = _subtree(actor, narrowing.team_id)
    member_id = narrowing.member_id
    if member_id is not None and not Membership.objects.visible_to(actor).filter(pk=member_id).exists():
        raise InvalidInput({"member": [_("There is no such member in your organization.")]})
    scope = Scope(
        source=source, team_ids=teams, member_id=member_id, label=narrowing.label, as_of=as_of, **more
    )
    return scope, tree


def source_of(consistency: Consistency, as_of: datetime | None) -> Source:
    """What to read from; a moment in the past is read as it was published, whatever is dirty now."""
    if as_of is not None:
        return Source.AS_OF
    return Source.STRICT if consistency is Consistency.STRICT else Source.CELLS


def spans_of(kpi: DefinedKpi, first_on: date, last_on: date) -> list[Span]:
    """The days of each of its metrics that a value for these days depends on."""
    running = kpi.running_metric_ids
    return [(each, None if each in running else first_on, last_on) for each in kpi.metric_ids]


def is_pending(kpi: DefinedKpi, fresh: Freshness, first_on: date, last_on: date) -> bool:
    """Whether a value for these days waits for a worker."""
    running = kpi.running_metric_ids
    others = set(kpi.metric_ids) - running
    return fresh.is_pending(running, None, last_on) or fresh.is_pending(others, first_on, last_on)


def refuse_bad_span(first_on: date, last_on: date, grain: Grain | None = None) -> None:
    """Refuses days in the wrong order, too far away, and more periods than anybody can look at."""
    if first_on > last_on:
        raise InvalidInput({"from": [_("The first day is after the last one.")]})
    if first_on.year < 1900 or last_on.year > 2200:
        raise InvalidInput({"from": [_("Days must lie between the years 1900 and 2200.")]})
    if grain is None:
        return
    days = (last_on - first_on) // timedelta(days=1)
    if days * PER_DAY.get(grain, 1) // LEAST_DAYS.get(grain, 1) >= MAX_PERIODS:
        most = {"most": f"{MAX_PERIODS:,}"}
        raise InvalidInput({"from": [_("Ask for at most %(most)s periods at a time.") % most]})


def _subtree(actor: Membership, team_id: int | None) -> tuple[frozenset[int] | None, str]:
    """The team and all below it as the tree is now; None is everybody."""
    if team_id is None:
        return None, ""
    parents: dict[int, int | None] = dict(
        Team.objects.visible_to(actor).order_by("pk").values_list("pk", "parent_id")
    )
    if team_id not in parents:
        raise InvalidInput({"team": [_("There is no such team in your organization.")]})
    found = with_parts(team_id, parents)
    return found, _named(sorted(found))


def _named(team_ids: Sequence[int]) -> str:
    return ",".join(map(str, team_ids))
