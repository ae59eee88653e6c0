"""Whose numbers of which days Home shows, as its address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from common.errors import NotVisible
from people.filters import EVERY_TEAM
from people.models import Membership, Team
from people.selectors import with_parts

DAY = timedelta(days=1)
USUAL_DAYS = 28
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: a team by its id, and complete days."""

    today: date
    first_on: date
    last_on: date
    team_id: int | None = None
    is_everybody: bool = False
    is_usual: bool = True

    @property
    def days(self) -> int:
        """How many days it asks for."""
        return (self.last_on - self.first_on).days + 1

    @property
    def team_query(self) -> str:
        """The team, for an address that asks something already: a list that is told none shows the usual one."""
        return f"&team={self.team_id or EVERY_TEAM}"

    def link(self, **changed: str) -> str:
        """The address of the same with something else."""
        said: dict[str, str] = {}
        if self.team_id is not None:
            said["team"] = str(self.team_id)
        elif self.is_everybody:
            said["team"] = EVERY_TEAM
        if not self.is_usual:
            said |= {"from": self.first_on.isoformat(), "to": self.last_on.isoformat()}
        return "?" + urlencode({name: value for name, value in {**said, **changed}.items() if value})


@dataclass(frozen=True, slots=True)
class Scope(Wanted):
    """The same with the team itself, and all teams that are part of it; None is everybody."""

    team: Team | None = None
    team_ids: frozenset[int] | None = None


def wanted(query: Mapping[str, str], today: date, usual_team_id: int | None = None) -> Wanted:
    """What an address asks for; days that cannot be are the last 28 complete ones. Refuses a team that is no number."""
    yesterday = today - DAY
    first_on, last_on = _day(query.get("from", "")), _day(query.get("to", ""))
    team = query.get("team", "")
    if team not in ("", EVERY_TEAM) and not (team.isascii() and team.isdecimal() and len(team) < 19):
        raise NotVisible
    team_id = (int(team) if team != EVERY_TEAM else None) if team else usual_team_id
    is_everybody = team == EVERY_TEAM and usual_team_id is not None
    if first_on is None or last_on is None or not first_on <= last_on:
        return _last_days(today, USUAL_DAYS, team_id, is_everybody)
    last_on = min(last_on, yesterday)
    first_on = max(min(first_on, last_on), last_on - (MOST_DAYS - 1) * DAY)
    return Wanted(today, first_on, last_on, team_id, is_everybody, is_usual=False)


def scope_of(asked: Wanted, teams: Sequence[Team]) -> Scope:
    """The scope with its team; refuses one that is not among these."""
    team = next((each for each in teams if each.pk == asked.team_id), None)
    if asked.team_id is not None and team is None:
        raise NotVisible
    return Scope(
        asked.today,
        asked.first_on,
        asked.last_on,
        asked.team_id,
        asked.is_everybody,
        asked.is_usual,
        team,
        None if team is None else with_parts(team.pk, {each.pk: each.parent_id for each in teams}),
    )


def usual_team_of(actor: Membership) -> int | None:
    """The team that a person looks at where the address names none."""
    return actor.home_team_id


def _last_days(today: date, days: int, team_id: int | None, is_everybody: bool) -> Wanted:
    return Wanted(today, today - days * DAY, today - DAY, team_id, is_everybody)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
