"""What can stand in the event log, and its followers, registered by the apps above in their `AppConfig.ready`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from activity.models import Event

Follower = Callable[[Sequence["Event"]], None]
followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """`follower` is given every event once committed, in batches; `name` marks its place, so never change it.

    It runs in the transaction that moves its place on: what it writes to the database happens exactly once
    per event, and what it did elsewhere would be repeated after a crash, so it writes rows and nothing else.
    """
    followers[name] = follower


@dataclass(frozen=True, slots=True)
class Noun:
    """What events are about, with the words for each of its verbs, in the order in which people meet them."""

    name: str
    label: Promise | str
    verbs: dict[str, Promise | str]


NOUNS: tuple[Noun, ...] = (
    Noun(
        "task",
        _("Tasks"),
        {
            "created": _("A task was created"),
            "edited": _("A task was edited"),
            "status_changed": _("The status of a task changed"),
            "steps_changed": _("The steps of a task changed"),
            "step_checked": _("A step of a task was checked off"),
            "step_unchecked": _("A step of a task was opened again"),
            "deleted": _("A task was deleted"),
        },
    ),
    Noun(
        "project",
        _("Projects"),
        {
            "created": _("A project was created"),
            "edited": _("A project was edited"),
            "deleted": _("A project was deleted"),
        },
    ),
    Noun("work_calendar", _("Working days"), {"changed": _("The calendar of working days changed")}),
    Noun("tasks", _("Imports of tasks"), {"imported": _("Tasks were imported")}),
    Noun(
        "samples",
        _("Sample data"),
        {"loaded": _("Sample data was loaded"), "removed": _("Sample data was removed")},
    ),
    Noun(
        "feedback",
        _("Feedback"),
        {
            "opened": _("Feedback was taken in"),
            "edited": _("Feedback was edited"),
            "status_changed": _("The status of feedback changed"),
            "replied": _("A customer was answered"),
            "task_linked": _("A task was opened on feedback"),
            "deleted": _("Feedback was deleted"),
            "imported": _("Feedback was imported"),
        },
    ),
    Noun(
        "customer",
        _("Customers"),
        {
            "created": _("A customer was added"),
            "edited": _("A customer was edited"),
            "deleted": _("A customer was deleted"),
            "exported": _("What is stored about a customer was given out"),
            "erased": _("A customer was erased"),
        },
    ),
    Noun(
        "theme",
        _("Themes"),
        {
            "created": _("A theme was added"),
            "edited": _("A theme was edited"),
            "deleted": _("A theme was deleted"),
        },
    ),
    Noun(
        "survey",
        _("Surveys"),
        {
            "created": _("A survey was created"),
            "edited": _("A survey was edited"),
            "deleted": _("A survey was deleted"),
            "sent": _("A survey was sent"),
            "answered": _("A customer answered a survey"),
            "imported": _("Responses were imported"),
        },
    ),
    Noun(
        "goal",
        _("Goals"),
        {
            "created": _("A goal was created"),
            "edited": _("A goal was edited"),
            "checked_in": _("Somebody checked in on a goal"),
            "closed": _("A goal was closed"),
            "reopened": _("A goal was opened again"),
        },
    ),
    Noun(
        "kpi",
        _("KPIs"),
        {
            "created": _("A KPI was created"),
            "edited": _("A KPI was edited"),
            "redefined": _("A KPI was defined anew"),
            "status_changed": _("The status of a KPI changed"),
            "target_set": _("A target was set"),
            "target_removed": _("A target was removed"),
            "noted": _("A note was written on a KPI"),
            "note_removed": _("A note on a KPI was removed"),
            "archived": _("A KPI was archived"),
            "restored": _("A KPI was taken into use again"),
        },
    ),
    Noun(
        "signal",
        _("Signals"),
        {
            "opened": _("A KPI left its limits"),
            "acknowledged": _("A signal was acknowledged"),
            "task_opened": _("A task was opened on a signal"),
            "closed": _("A signal was closed"),
        },
    ),
    Noun(
        "metric",
        _("Metrics"),
        {
            "created": _("A metric was created"),
            "frozen": _("Days of a metric were made final"),
            "hours_kept": _("A metric keeps hours"),
            "hours_dropped": _("A metric keeps no hours any more"),
        },
    ),
    Noun(
        "organization",
        _("Organization"),
        {
            "founded": _("The organization was created"),
            "edited": _("The organization's settings changed"),
            "sign_in_changed": _("How members have to sign in changed"),
        },
    ),
    Noun(
        "team",
        _("Teams"),
        {
            "created": _("A team was created"),
            "edited": _("A team was edited"),
            "deleted": _("A team was deleted"),
        },
    ),
    Noun(
        "member",
        _("Members"),
        {
            "role_changed": _("A member got another role"),
            "placed": _("A member's place in a team changed"),
            "deactivated": _("A member was deactivated"),
            "reactivated": _("A member was taken back"),
            "exported": _("What is stored about a member was given out"),
            "erased": _("A member was erased"),
        },
    ),
    Noun(
        "invitation",
        _("Invitations"),
        {
            "sent": _("Somebody was invited"),
            "accepted": _("An invitation was accepted"),
            "withdrawn": _("An invitation was withdrawn"),
        },
    ),
    Noun(
        "role",
        _("Roles"),
        {
            "created": _("A role was created"),
            "edited": _("A role was edited"),
            "deleted": _("A role was deleted"),
        },
    ),
    Noun("reminder_rule", _("Reminders"), {"changed": _("A reminder was set up differently")}),
    Noun(
        "chat_channel",
        _("Chat channels"),
        {
            "added": _("A chat channel was added"),
            "changed": _("A chat channel was changed"),
            "removed": _("A chat channel was removed"),
        },
    ),
    Noun("delivery", _("Messages"), {"sent_again": _("A message was sent again")}),
    Noun(
        "bi_reader",
        _("BI readers"),
        {"added": _("A BI reader was added"), "removed": _("A BI reader was removed")},
    ),
    Noun(
        "webhook",
        _("Webhooks"),
        {
            "created": _("A webhook was added"),
            "edited": _("A webhook was edited"),
            "enabled": _("A webhook was switched on"),
            "disabled": _("A webhook was switched off"),
            "secret_rotated": _("A webhook got a new secret"),
            "pinged": _("A webhook was tested"),
            "replayed": _("Messages of a webhook were sent again"),
            "deleted": _("A webhook was deleted"),
        },
    ),
)


def verbs() -> dict[str, Promise | str]:
    """Every verb that may be recorded, such as `task.created`, and what a person reads for it."""
    return {f"{noun.name}.{verb}": label for noun in NOUNS for verb, label in noun.verbs.items()}


# What the facts of an event are called, by their names in the log, in the order in which they are told.
FACTS: dict[str, Promise | str] = {
    "was": _("Until then"),
    "now": _("From then on"),
    "before": _("Before"),
    "after": _("After"),
    "added": _("Steps added"),
    "assignee_id": _("Assignee"),
    "check_in_id": _("Check-in"),
    "confidence": _("Confidence"),
    "count": _("How many"),
    "country": _("Country"),
    "created": _("Created"),
    "definition": _("Definition"),
    "ending": _("Outcome"),
    "fields": _("Fields"),
    "key": _("Key"),
    "kind": _("Kind"),
    "kpi_id": _("KPI"),
    "left_team_id": _("Team left"),
    "name": _("Name"),
    "note_id": _("Note"),
    "on": _("Day"),
    "owner_id": _("Owner"),
    "permissions": _("Permissions"),
    "reason": _("Reason"),
    "removed": _("Steps removed"),
    "reply": _("Reply"),
    "role": _("Role"),
    "rows": pgettext_lazy("how many", "Rows"),
    "score": _("Score"),
    "source": _("Source"),
    "status": _("Status"),
    "step_id": _("Step"),
    "task": _("Task"),
    "task_id": _("Task"),
    "team_id": _("Team"),
    "teams": _("Teams"),
    "trend": _("Direction"),
    "two_step": _("Second step"),
    "updated": _("Updated"),
    "url": _("Address"),
}
