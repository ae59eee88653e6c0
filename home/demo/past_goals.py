"""Goals of the quarters that are over, closed with what they had reached."""

from decimal import Decimal

from goals.choices import Status
from goals.facts import SOURCE
from goals.models import Goal
from home.demo.goals import AMBER, GREEN, RED, GoalMaker, GoalPlan, Target, make_goal
from home.demo.people import FIELD, FULFILMENT, QUALITY, SUPPORT
from kpis.services import emit_facts

PAST_GOALS = (
    GoalPlan(
        "chat-hours",
        "Answer chats until ten in the evening",
        "在线客服服务时间延长到晚上十点",
        SUPPORT,
        0.2,
        2.9,
        1.0,
        (GREEN, GREEN),
        (Target("", "Evenings staffed a week", "每周有人值守的晚上", 0, 7, by_hand=7),),
    ),
    GoalPlan(
        "packaging",
        "A third less breakage by new packaging",
        "新包装让破损减少三分之一",
        FULFILMENT,
        0.2,
        3.0,
        0.85,
        (GREEN, AMBER),
        (Target("", "Broken parcels a week", "每周破损件数", 60, 40, by_hand=43),),
    ),
    GoalPlan(
        "two-person",
        "Two trained fitters in every district",
        "每个片区至少两名认证师傅",
        FIELD,
        3.1,
        5.9,
        0.9,
        (AMBER, GREEN),
        (Target("", "Districts with two fitters", "达标片区数", 4, 14, by_hand=13),),
    ),
    GoalPlan(
        "listening",
        "Every team lead listens to ten calls a month",
        "每位主管每月听取十通电话",
        QUALITY,
        3.1,
        6.0,
        1.0,
        (GREEN, GREEN),
        (Target("", "Calls heard", "已听取通话", 0, 120, by_hand=124),),
    ),
    GoalPlan(
        "carrier",
        "Move all parcels to the new carrier",
        "全部包裹切换到新承运商",
        FULFILMENT,
        5.6,
        9.0,
        0.5,
        (GREEN, RED, RED),
        (Target("", "Parcels with the new carrier, per cent", "新承运商包裹占比", 0, 100, by_hand=50),),
        description="Stopped when deliveries became late. 配送延误后暂停切换。",
    ),
    GoalPlan(
        "self-service",
        "A quarter of all refunds without a call",
        "四分之一的退款无需致电",
        SUPPORT,
        6.1,
        9.1,
        0.8,
        (AMBER, AMBER),
        (Target("", "Refunds by self-service, per cent", "自助退款占比", 5, 25, by_hand=21),),
    ),
    GoalPlan(
        "route-planning",
        "Plan every visit by noon of the day before",
        "上门任务前一天中午前排定",
        FIELD,
        9.1,
        11.5,
        0.9,
        (GREEN, GREEN),
        (Target("", "Visits planned in time, per cent", "提前排定占比", 50, 90, by_hand=86),),
    ),
    GoalPlan(
        "carrier-review",
        "A weekly review with the carrier",
        "与承运商每周复盘",
        FULFILMENT,
        9.2,
        11.7,
        1.0,
        (AMBER, GREEN),
        (Target("", "Reviews held", "已开复盘会", 0, 10, by_hand=10),),
    ),
)


def make_past_goals(maker: GoalMaker) -> None:
    """Those that lie within the year, with their check-ins, closed on their last day; their facts follow."""
    year = maker.year
    plans = [plan for plan in PAST_GOALS if year.day_at(plan.starts) >= year.days[0]]
    closed = [_close(make_goal(plan, maker), plan, maker) for plan in plans]
    if closed:
        emit_facts(SOURCE, closed[0].organization_id, [goal.pk for goal in closed])


def _close(goal: Goal, plan: GoalPlan, maker: GoalMaker) -> Goal:
    """No service may write the past; the demo tells it."""
    goal.status, goal.next_review_on = Status.CLOSED, None
    goal.closed_at = maker.year.at(goal.ends_on, 16 + maker.rng.random())
    goal.final_progress = Decimal(str(plan.reached))
    goal.save(update_fields=["status", "next_review_on", "closed_at", "final_progress"])
    return goal
