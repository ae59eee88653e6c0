"""A KPI by team, member and label; small groups stay anonymous."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import InvalidInput, NotAllowed, NotVisible
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Metric
from kpis.selectors import By
from people.models import Team
from tests.conftest import Cast
from tests.kpis.conftest import row

MAY = (date(2026, 5, 1), date(2026, 5, 31))


def make(cast: Cast, key: str, aggregate: Aggregate, metric: str = "calls", **definition: Any) -> None:
    services.create_kpi(
        cast.ana,
        key=key,
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en=key,
        definition=services.Definition(aggregate, metric, **definition),
    )


@pytest.fixture
def facts(cast: Cast, metric: Metric) -> None:
    """Six calls of ben's (support), three of ana's, two of cleo's (field), one of nobody's."""
    whose = [(cast.support, cast.ben)] * 6 + [(cast.support, cast.ana)] * 3 + [(cast.field, cast.cleo)] * 2
    rows = [
        row(
            f"k{n}",
            f"2026-05-{n + 1:02}T10:00",
            n,
            team_id=team.pk,
            member_id=member.pk,
            label="x" if n % 2 else "y",
        )
        for n, (team, member) in enumerate(whose)
    ]
    services.ingest_measurements(cast.ana, "calls", [*rows, row("nobody", "2026-05-20T10:00", 100)])
    services.recompute_all_dirty()
    make(cast, "calls", Aggregate.SUM)


def parts(cast: Cast, by: By, who: Any = None, key: str = "calls", **asked: Any) -> dict[str, Any]:
    found = selectors.breakdown(who or cast.ana, key, by, *MAY, **asked)
    return {part.name: part.value for part in found.parts}


def test_the_parts_are_those_of_the_facts_and_add_up_to_the_whole(cast: Cast, facts: None) -> None:
    assert parts(cast, By.TEAM) == {"Support": 36, "Field service": 19, "": 100}
    assert parts(cast, By.MEMBER) == {"Ben": 15, "Ana": 21, "Cleo": 19, "": 100}
    assert parts(cast, By.LABEL) == {"y": 30, "x": 25, "": 100}
    found = selectors.breakdown(cast.ana, "calls", By.TEAM, *MAY)
    assert found.whole.value == sum(part.value or 0 for part in found.parts) == 155
    assert parts(cast, By.MEMBER, team_id=cast.support.pk) == {"Ben": 15, "Ana": 21}


def test_a_team_holds_all_teams_below_it(cast: Cast, facts: None) -> None:
    below = Team.objects.create(organization=cast.organization, name_en="Night", parent=cast.support)
    services.ingest_measurements(cast.ana, "calls", [row("n", "2026-05-02", 1000, team_id=below.pk)])
    services.recompute_all_dirty()
    assert parts(cast, By.TEAM, team_id=cast.support.pk) == {"Support": 36, "Night": 1000}

    def request() -> selectors.SeriesRequest:
        return selectors.series_request(cast.ana, "calls", Grain.MONTH, *MAY, team_id=cast.support.pk)

    before = request()
    assert selectors.read_series(before).points[0].value == 1036
    assert [fact.source_key for fact in selectors.rows(cast.ana, "calls", *MAY, below.pk).rows] == ["n"]
    assert len(selectors.rows(cast.ana, "calls", *MAY, cast.support.pk).rows) == 10
    below.parent = cast.field
    below.save()
    assert request().etag != before.etag
    assert selectors.read_series(request()).points[0].value == 36


def test_ratios_and_formulas_are_broken_down_part_by_part(
    cast: Cast, facts: None, make_metric: Callable[..., Metric]
) -> None:
    make_metric("visits")
    rows = [
        row("a", "2026-05-01", 4, team_id=cast.support.pk),
        row("b", "2026-05-02", 2, team_id=cast.field.pk),
    ]
    services.ingest_measurements(cast.ana, "visits", rows)
    services.recompute_all_dirty()
    make(cast, "rate", Aggregate.RATIO, denominator="visits")
    make(cast, "double", Aggregate.FORMULA, "", formula="[rate] * 2 + [calls]")
    assert parts(cast, By.TEAM, key="rate") == {"Support": 9, "Field service": Decimal("9.5"), "": None}
    assert parts(cast, By.TEAM, key="double") == {"Support": 54, "Field service": 38, "": None}


def test_small_groups_are_hidden_from_all_but_managers_and_themselves(cast: Cast, facts: None) -> None:
    assert parts(cast, By.MEMBER, cast.ben) == {"Ben": 15, "Ana": None, "Cleo": None, "": 100}
    assert parts(cast, By.MEMBER, cast.cleo)["Cleo"] == 19
    assert parts(cast, By.MEMBER, cast.vera) == {"Ben": 15, "Ana": None, "Cleo": None, "": 100}
    hidden = [
        part for part in selectors.breakdown(cast.vera, "calls", By.MEMBER, *MAY).parts if part.is_hidden
    ]
    assert {(part.n, part.numerator) for part in hidden} == {(0, None)}

    def value(who: Any, member: Any, grain: Grain) -> Decimal | None:
        return selectors.series(who, "calls", grain, *MAY, member_id=member.pk).points[0].value

    assert value(cast.vera, cast.ben, Grain.MONTH) == 15
    assert value(cast.vera, cast.ben, Grain.DAY) is None
    assert [value(who, cast.cleo, Grain.MONTH) for who in (cast.vera, cast.ana, cast.cleo)] == [None, 19, 19]
    for who, refused in ((cast.vera, True), (cast.ana, False), (cast.cleo, False)):
        if refused:
            with pytest.raises(NotAllowed):
                selectors.rows(who, "calls", *MAY, member_id=cast.cleo.pk)
        else:
            assert len(selectors.rows(who, "calls", *MAY, member_id=cast.cleo.pk).rows) == 2


def test_few_scores_of_a_member_are_hidden_from_everybody(
    cast: Cast, make_metric: Callable[..., Metric]
) -> None:
    make_metric("scores", is_ordinal=True)
    rows = [row(f"c{n}", "2026-05-01", 5, member_id=cast.cleo.pk) for n in range(4)]
    rows += [row(f"b{n}", "2026-05-01", n, member_id=cast.ben.pk) for n in range(5)]
    services.ingest_measurements(cast.ana, "scores", rows)
    services.recompute_all_dirty()
    make(cast, "csat", Aggregate.SHARE, "scores", least_score=4)
    for who in (cast.ana, cast.cleo, cast.vera):
        assert parts(cast, By.MEMBER, who, "csat") == {"Cleo": None, "Ben": Decimal("0.2")}
    assert {fact.member for fact in selectors.rows(cast.vera, "csat", *MAY).rows} == {""}
    assert {fact.member for fact in selectors.rows(cast.ana, "csat", *MAY).rows} == {"Ben", "Cleo"}


def test_the_queries_do_not_grow_and_others_are_refused(cast: Cast, facts: None) -> None:
    counts = []
    for by in (By.TEAM, By.MEMBER):
        with CaptureQueriesContext(connection) as seen:
            selectors.breakdown(cast.ana, "calls", by, *MAY)
        counts.append(len(seen))
    assert counts == [5, 5]
    with pytest.raises(NotVisible):
        selectors.breakdown(cast.dan, "calls", By.TEAM, *MAY)
    foreign = Team.objects.create(organization=cast.other, name_en="Theirs")
    for asked in ({"team_id": foreign.pk}, {"member_id": cast.dan.pk}):
        with pytest.raises(InvalidInput):
            selectors.breakdown(cast.ana, "calls", By.TEAM, *MAY, **asked)
