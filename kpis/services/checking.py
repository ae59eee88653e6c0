"""What a pushed measurement must be; every bad row of a batch is named."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput, Sentence
from kpis.models import Metric
from kpis.registry import sources
from people.models import Membership, Team

MAX_ROWS = 10_000
MAX_NAMED = 100
LARGEST = Decimal(10) ** 15
EARLIEST_YEAR = 1900
FUTURE = timedelta(days=1)
MAX_ID = 2**63 - 1
LARGEST_WEIGHT = 1_000_000
_CONTROL = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One pushed fact, which counts `weight` times; a `value` of None retracts the fact of this source key."""

    source_key: str
    occurred_at: datetime
    value: Decimal | None
    team_id: int | None = None
    member_id: int | None = None
    label: str = ""
    weight: int = 1


def refuse_bad_rows(metric: Metric, rows: Sequence[MeasurementRow]) -> None:
    """Raises InvalidInput with a JSON pointer and a sentence for each bad field, at most 100 of them."""
    if not 1 <= len(rows) <= MAX_ROWS:
        raise InvalidInput(
            {"/measurements": [_("Send 1 to %(most)s measurements at a time.") % {"most": f"{MAX_ROWS:,}"}]}
        )
    errors: dict[str, list[Sentence]] = {}
    for index, field, sentence in _problems(metric, rows):
        errors.setdefault(f"/measurements/{index}/{field}", []).append(sentence)
        if len(errors) == MAX_NAMED:
            break
    if errors:
        raise InvalidInput(errors)


def refuse_final_rows(final: Collection[int]) -> None:
    """Raises InvalidInput that names the rows at these places, at most 100 of them."""
    if final:
        sentence = _("This day is final: its measurements can no longer be changed.")
        places = sorted(final)[:MAX_NAMED]
        raise InvalidInput({f"/measurements/{index}/occurred_at": [sentence] for index in places})


def _problems(metric: Metric, rows: Sequence[MeasurementRow]) -> Iterator[tuple[int, str, Sentence]]:
    teams = _known(Team, metric.organization_id, {row.team_id for row in rows})
    members = _known(Membership, metric.organization_id, {row.member_id for row in rows})
    own = tuple(f"{name}:" for name in sources)
    latest = timezone.now() + FUTURE
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        first = seen.setdefault(row.source_key, index)
        if problem := _key_problem(row.source_key, own):
            yield index, "source_key", problem
        elif first != index:
            yield index, "source_key", _("The same key is already in row %(row)s.") % {"row": first}
        if problem := _time_problem(row.occurred_at, latest):
            yield index, "occurred_at", problem
        if row.value is not None and (problem := _value_problem(metric, row.value)):
            yield index, "value", problem
        if row.team_id is not None and row.team_id not in teams:
            yield index, "team_id", _("There is no such team in your organization.")
        if row.member_id is not None and row.member_id not in members:
            yield index, "member_id", _("There is no such member in your organization.")
        if not 1 <= row.weight <= LARGEST_WEIGHT:
            yield index, "weight", _("A weight is a whole number from 1 to 1,000,000.")
        if len(row.label) > 100 or _CONTROL.search(row.label):
            yield index, "label", _("A label has at most 100 characters and no NUL.")


def _key_problem(key: str, own: tuple[str, ...]) -> str | None:
    if not 1 <= len(key) <= 200 or _CONTROL.search(key):
        return _("A source key has 1 to 200 characters and no NUL.")
    if key.startswith(own):
        return _("Keys that start with %(prefix)s belong to opsteam's own rows.") % {
            "prefix": key.partition(":")[0] + ":"
        }
    return None


def _time_problem(at: datetime, latest: datetime) -> str | None:
    if at.tzinfo is None:
        return _("The time needs an offset, for example 2026-11-20T08:00:00+08:00.")
    if at > latest:
        return _("The time is more than one day in the future.")
    if at.year < EARLIEST_YEAR:
        return _("The time is before the year 1900.")
    return None


def _value_problem(metric: Metric, value: Decimal) -> str | None:
    if not value.is_finite():
        return _("The value must be a finite number.")
    if abs(value) >= LARGEST:
        return _("The value is too large; it must stay below 10 to the power of 15.")
    if metric.is_ordinal and (value != value.to_integral_value() or not 0 <= value <= 10):
        return _("A score is a whole number from 0 to 10.")
    return None


def _known(model: type[Team] | type[Membership], organization_id: int, ids: set[int | None]) -> set[int]:
    wanted = [each for each in ids if each is not None and 0 < each <= MAX_ID]
    if not wanted:
        return set()
    return set(
        model._default_manager.filter(organization_id=organization_id, pk__in=wanted).values_list(
            "pk", flat=True
        )
    )
