"""What customers answer to the survey after a service: low scores where deliveries were late."""

from datetime import timedelta
from random import Random

from feedback.choices import Kind
from feedback.services import ItemRow, ResponseRow
from home.demo import story
from home.demo.feedback import Staff
from home.demo.people import FULFILMENT
from home.demo.phrases_en import ENGLISH
from home.demo.phrases_zh import CHINESE
from home.demo.year import Year, level, order_weight, whole

SURVEY = {"key": "after-service", "name_en": "After-service survey", "name_zh": "服务后满意度调查"}
ANSWERED_SHARE = 0.33
ANSWERS_A_DAY = 4.3
COMMENTED_SHARE = 0.35


def response_rows(year: Year, rng: Random, staff: Staff, items: list[ItemRow]) -> list[ResponseRow]:
    """Answers after resolved feedback, and answers after orders without any."""
    rows = [_after_item(year, rng, number, item) for number, item in enumerate(items) if item.resolved_at]
    answered = [row for row in rows if row is not None]
    return sorted([*answered, *_after_orders(year, rng, staff)], key=lambda row: row.answered_at)


def _after_item(year: Year, rng: Random, number: int, item: ItemRow) -> ResponseRow | None:
    if rng.random() > ANSWERED_SHARE or item.resolved_at is None:
        return None
    at = item.resolved_at + timedelta(hours=rng.lognormvariate(2.0, 0.9))
    if at >= year.now:
        return None
    satisfied = level(story.SATISFIED, year.position(at.astimezone(year.zone).date()))
    satisfied -= 0.06 if item.kind == Kind.COMPLAINT else -0.04
    score = _score(satisfied, rng)
    return ResponseRow(
        external_id=f"S-{number:05d}",
        score=score,
        answered_at=at,
        comment=_comment(score, rng),
        item_external_id=item.external_id,
    )


def _after_orders(year: Year, rng: Random, staff: Staff) -> list[ResponseRow]:
    rows: list[ResponseRow] = []
    for day in year.days:
        satisfied = level(story.SATISFIED, year.position(day))
        for _ in range(whole(ANSWERS_A_DAY * order_weight(day), rng)):
            at = year.at(day, rng.triangular(8, 23, 19))
            team = rng.choice([*staff.teams, FULFILMENT, FULFILMENT])
            score = _score(satisfied, rng)
            if at < year.now:
                rows.append(
                    ResponseRow(
                        external_id=f"O-{len(rows):05d}",
                        score=score,
                        answered_at=at,
                        comment=_comment(score, rng),
                        team_id=staff.teams[team],
                    )
                )
    return rows


def _score(satisfied: float, rng: Random) -> int:
    if rng.random() < satisfied:
        return 5 if rng.random() < 0.58 else 4
    return rng.choices((3, 2, 1), weights=(50, 28, 22))[0]


def _comment(score: int, rng: Random) -> str:
    if rng.random() > COMMENTED_SHARE:
        return ""
    phrases = rng.choice((CHINESE, CHINESE, ENGLISH))
    return rng.choice(phrases.comments_good if score >= 4 else phrases.comments_bad)
