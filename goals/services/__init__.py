"""Every write of the goals app."""

from goals.services.closing import close_goal, reopen_goal
from goals.services.deleting import take_back_goals
from goals.services.key_results import KeyResultInput
from goals.services.planning import GoalChanges, create_goal, edit_goal
from goals.services.reviewing import check_in

__all__ = [
    "GoalChanges",
    "KeyResultInput",
    "check_in",
    "close_goal",
    "create_goal",
    "edit_goal",
    "reopen_goal",
    "take_back_goals",
]
