"""One KPI proven: its cells compared with its facts, and its value computed from both."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from kpis.cellsql import Source
from kpis.models import ArchivedMonth, DayCell, Kpi
from kpis.selectors.amounts import Amount
from kpis.selectors.asking import kpi_asked, refuse_bad_span
from kpis.selectors.calendar import ONE_DAY, Period
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import freshness
from kpis.selectors.totals import Scope
from kpis.selectors.verifying import WrongCell, wrong_cells
from people.models import Membership

MOST_DAYS = 400
MOST_WRONG = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """What a proof found. `checked` day cells were compared, of which `wrong` are not what the facts say.

    Days that wait for a worker (`pending`) and months whose facts are in a file (`archived`) prove nothing.
    """

    kpi: Kpi
    period: Period
    checked: int
    wrong: list[WrongCell]
    stored: Amount
    of_facts: Amount
    pending: bool
    archived: list[date]

    @property
    def is_right(self) -> bool:
        """Whether every cell that could be compared is what its facts say."""
        return not self.wrong


def verify(actor: Membership, key: str, first_on: date, last_on: date) -> Verification:
    """The KPI of at most 400 days, both ends included, computed again from its facts; names at most 100 wrong cells."""
    refuse_bad_span(first_on, last_on)
    if (last_on - first_on).days >= MOST_DAYS:
        raise InvalidInput({"from": [_("Ask for at most %(most)s days at a time.") % {"most": MOST_DAYS}]})
    defined = kpi_asked(actor, key)
    fresh = freshness(defined.metric_ids)
    period = Period(first_on, last_on)
    asked = [Asked(defined, (period,))]
    stored, of_facts = (
        evaluate(asked, Scope(source), fresh.begun, fresh.read_at)[0].whole[0]
        for source in (Source.CELLS, Source.FACTS)
    )
    found = wrong_cells(
        actor.organization_id, metric_ids=defined.metric_ids, first_on=first_on, last_on=last_on
    )
    wrong = list(islice(found, MOST_WRONG))
    cells = DayCell.objects.filter(metric_id__in=defined.metric_ids, day__range=(first_on, last_on), n__gt=0)
    return Verification(
        kpi=defined.kpi,
        period=period,
        checked=cells.count(),
        wrong=wrong,
        stored=stored,
        of_facts=of_facts,
        pending=fresh.is_pending(defined.metric_ids, first_on, last_on),
        archived=archived_months(first_on, last_on),
    )


def archived_months(first_on: date, last_on: date) -> list[date]:
    """The UTC months with a moment of these days whose facts were moved to a file."""
    first = (first_on - ONE_DAY).replace(day=1)
    months = ArchivedMonth.objects.filter(month__range=(first, last_on + ONE_DAY), restored_at__isnull=True)
    return list(months.order_by("month").values_list("month", flat=True))
