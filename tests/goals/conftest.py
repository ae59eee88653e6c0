"""Goals that the tests of this app share."""

from datetime import timedelta
from decimal import Decimal

import pytest

from goals import services
from goals.models import Goal
from goals.selectors import local_day
from goals.services import KeyResultInput
from tests.conftest import Cast


def by_hand(name: str = "Answers", **fields: object) -> KeyResultInput:
    return KeyResultInput(
        **{
            "source": "manual",
            "name_en": name,
            "start_value": Decimal(0),
            "target_value": Decimal(10),
            **fields,
        }
    )


def set_goal(
    cast: Cast, *key_results: KeyResultInput, days: tuple[int, int] = (-50, 49), **fields: object
) -> Goal:
    """A goal of ben's; its period is `days` around today, so half of it is over unless told otherwise."""
    today = local_day(cast.ana)
    return services.create_goal(
        **{
            "by": cast.ana,
            "name_en": "Answer faster",
            "owner_id": cast.ben.pk,
            "team_id": cast.support.pk,
            "starts_on": today + timedelta(days=days[0]),
            "ends_on": today + timedelta(days=days[1]),
            "key_results": key_results,
            **fields,
        }
    )


@pytest.fixture
def goal(cast: Cast) -> Goal:
    return set_goal(cast, by_hand())
