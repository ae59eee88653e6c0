"""What the shipped KPIs are good for: each in one theme, with one sentence for whoever chooses."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

USES: Mapping[str, Promise] = {
    "first-response-time": _("See how long customers wait until somebody answers."),
    "csat": _("See whether customers are content with what they got."),
    "on-time-rate": _("See whether the team keeps the days it promised."),
    "handling-time": _("See how long a case takes from the first word to its solution."),
    "handling-time-median": _("See how long an ordinary case takes, whatever the few very long ones do."),
    "handling-time-p90": _("See how long the slowest tenth of the customers waits for a solution."),
    "first-response-median": _("See how long an ordinary customer waits for the first answer."),
    "first-response-p90": _("See how long the slowest tenth of the customers waits for an answer."),
    "sla-attainment": _("See whether you answer within the time that you promised."),
    "resolution-rate": _("See whether you solve as much as comes in."),
    "resolution-rate-7d": _("See how many of the cases of a week are solved a week later."),
    "reopen-rate": _("See how often a solution was none."),
    "complaint-rate": _("Compare complaints with the orders behind them, in busy weeks and in quiet ones."),
    "complaints-per-100": _("The same in percent, where a thousand orders are too many to think of."),
    "service-quality": _("Watch satisfaction, promises and solutions in one number."),
    "nps": _("See whether customers would recommend you."),
    "ces": _("See whether it is easy to get something done with you."),
    "customer-retention": _("See how many customers stay."),
    "survey-response-rate": _("See whether enough customers answer for the other numbers to mean something."),
    "feedback-volume": _("See how much comes in, to plan who answers."),
    "orders": _("See how much business stands behind the other numbers."),
    "throughput": _("See how much work gets done."),
    "task-backlog": _("See whether open work piles up."),
    "task-backlog-age": _("See whether work is left lying."),
    "feedback-backlog": _("See whether unsolved feedback piles up."),
    "feedback-backlog-age": _("See how long the customers who still wait have waited."),
    "cycle-time": _("See how long a task takes from its opening to its end."),
    "cycle-time-median": _("See how long an ordinary task takes."),
    "cycle-time-p90": _("See how long the slowest tenth of the tasks takes."),
    "tasks-per-feedback": _("See how much feedback leads to work."),
    "goal-attainment": _("See how much of its goals the team reaches."),
}
# The first one is recommended to begin with.
THEMES: Sequence[tuple[Promise, Sequence[str]]] = (
    (_("Recommended to begin with"), ("first-response-time", "csat", "on-time-rate")),
    (
        _("How fast you serve"),
        (
            "handling-time",
            "sla-attainment",
            "first-response-median",
            "first-response-p90",
            "handling-time-median",
            "handling-time-p90",
        ),
    ),
    (
        _("How well you serve"),
        (
            "resolution-rate",
            "resolution-rate-7d",
            "complaint-rate",
            "complaints-per-100",
            "reopen-rate",
            "service-quality",
        ),
    ),
    (
        _("What customers say and do"),
        ("nps", "ces", "customer-retention", "survey-response-rate", "feedback-volume", "orders"),
    ),
    (
        _("How the work goes"),
        (
            "throughput",
            "task-backlog",
            "feedback-backlog",
            "cycle-time",
            "task-backlog-age",
            "feedback-backlog-age",
            "cycle-time-median",
            "cycle-time-p90",
            "tasks-per-feedback",
            "goal-attainment",
        ),
    ),
)
