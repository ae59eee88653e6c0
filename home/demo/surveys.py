"""What customers answer to the three surveys: low scores where deliveries were late."""

from datetime import datetime, timedelta
from random import Random

from feedback.choices import Kind, Status, SurveyKind
from feedback.services import InvitationRow, ItemRow, ResponseRow
from home.demo import story
from home.demo.feedback import Staff
from home.demo.people import FULFILMENT
from home.demo.phrases_en import ENGLISH
from home.demo.phrases_zh import CHINESE
from home.demo.year import Year, level, order_weight, whole

AFTER_SERVICE, EASE, RECOMMENDATION = "after-service", "ease", "recommendation"
SURVEYS = (
    {
        "key": AFTER_SERVICE,
        "kind": SurveyKind.CSAT,
        "name_en": "After-service survey",
        "name_zh": "服务后满意度调查",
    },
    {"key": EASE, "kind": SurveyKind.CES, "name_en": "Was it easy?", "name_zh": "办事轻松度调查"},
    {
        "key": RECOMMENDATION,
        "kind": SurveyKind.NPS,
        "name_en": "Would you recommend us?",
        "name_zh": "推荐意愿调查",
    },
)
ANSWERED_SHARE = 0.33
ANSWERS_A_DAY = 4.3
COMMENTED_SHARE = 0.35
EASE_SHARE = 0.2
RECOMMENDATIONS_A_DAY = 2.1


def invitation_rows(year: Year, items: list[ItemRow]) -> list[InvitationRow]:
    """Whoever had feedback resolved is asked half an hour later; those who write by themselves were not asked."""
    return [
        InvitationRow(
            external_id=_number(number),
            invited_at=asked_at,
            item_external_id=item.external_id,
        )
        for number, item in enumerate(items)
        if (asked_at := _asked_at(item)) is not None and asked_at < year.now
    ]


def ease_rows(year: Year, rng: Random, items: list[ItemRow]) -> list[ResponseRow]:
    """How easy it was to get feedback resolved, from every fifth customer."""
    rows = []
    for number, item in enumerate(items):
        at = (
            item.resolved_at + timedelta(hours=rng.lognormvariate(1.5, 0.9)) if item.resolved_at else year.now
        )
        if rng.random() < EASE_SHARE and at < year.now:
            easy = rng.random() < level(story.EASY, year.position(at.astimezone(year.zone).date()))
            score = (
                rng.choices((7, 6, 5), (40, 38, 22)) if easy else rng.choices((4, 3, 2, 1), (45, 25, 18, 12))
            )
            rows.append(
                ResponseRow(
                    external_id=f"E-{number:05d}",
                    score=score[0],
                    answered_at=at,
                    item_external_id=item.external_id,
                )
            )
    return rows


def recommendation_rows(year: Year, rng: Random) -> list[ResponseRow]:
    """Whether customers would recommend us, a few of them every day."""
    rows: list[ResponseRow] = []
    for day in year.days:
        promoters = level(story.PROMOTERS, year.position(day))
        detractors = level(story.DETRACTORS, year.position(day))
        for _ in range(whole(RECOMMENDATIONS_A_DAY, rng)):
            at, chance = year.at(day, rng.triangular(8, 23, 20)), rng.random()
            scores = (
                (9, 10) if chance < promoters else range(7) if chance < promoters + detractors else (7, 8)
            )
            score = rng.choice(scores)
            if at < year.now:
                rows.append(ResponseRow(external_id=f"R-{len(rows):05d}", score=score, answered_at=at))
    return rows


def response_rows(year: Year, rng: Random, staff: Staff, items: list[ItemRow]) -> list[ResponseRow]:
    """Answers after resolved feedback, and answers after orders without any."""
    rows = [_after_item(year, rng, number, item) for number, item in enumerate(items) if item.resolved_at]
    answered = [row for row in rows if row is not None]
    return sorted([*answered, *_after_orders(year, rng, staff)], key=lambda row: row.answered_at)


def _after_item(year: Year, rng: Random, number: int, item: ItemRow) -> ResponseRow | None:
    if rng.random() > ANSWERED_SHARE or item.resolved_at is None:
        return None
    at = item.resolved_at + timedelta(hours=rng.lognormvariate(2.0, 0.9))
    at = max(at, _asked_at(item) or at)
    if at >= year.now:
        return None
    satisfied = level(story.SATISFIED, year.position(at.astimezone(year.zone).date()))
    satisfied -= 0.06 if item.kind == Kind.COMPLAINT else -0.04
    score = _score(satisfied, rng)
    return ResponseRow(
        external_id=_number(number),
        score=score,
        answered_at=at,
        comment=_comment(score, rng),
        item_external_id=item.external_id,
        invitation_external_id=_number(number),
    )


def _asked_at(item: ItemRow) -> datetime | None:
    """When the customer is asked: half an hour after the first time that the item was resolved."""
    resolved = [at for at, status in item.steps if status == Status.RESOLVED]
    first = min([*resolved, *([item.resolved_at] if item.resolved_at else [])], default=None)
    return first + timedelta(minutes=30) if first else None


def _number(number: int) -> str:
    return f"S-{number:05d}"


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
