"""The kinds of rows that events and messages are about: what one is called, and on which page it is seen.

A new one is one more line here, under its label in the log; see `activity.selectors.rows_told`.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, F, When
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.choices import Permission

Reference = str | Case | None
_NAMES: Final = ("name_en", "name_zh")
_OF_KPI: Final = ("kpi__name_en", "kpi__name_zh")
_OF_SURVEY: Final = ("survey__name_en", "survey__name_zh")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `names` are the columns that name a row: one, or one for each language, English first.

    `page` is the URL name of where it is seen, for whoever holds `permission`. The address takes the value of `ref`,
    and where that is null there is no page; without a `ref` it is the page of all of them.
    """

    label: Promise | str
    names: tuple[str, ...] = ()
    page: str = ""
    ref: Reference = "pk"
    permission: Permission | None = None

    @property
    def read_names(self) -> tuple[str, ...]:
        """`names` in the order in which the reader wants them: the first that is not empty is the row's."""
        return self.names[::-1] if (get_language() or "en").startswith("zh") else self.names


# A person's own chat channel has a page for its owner alone.
_OF_ALL: Final = Case(When(owner__isnull=True, then=F("pk")))
KINDS: Final[dict[str, Kind]] = {
    "tasks.task": Kind(_("Task"), ("title",), "tasks:detail"),
    "tasks.project": Kind(_("Project"), _NAMES),
    "tasks.workcalendar": Kind(
        _("Working days"), (), "notifications:reminders", None, Permission.REMINDERS_MANAGE
    ),
    "tasks.specialday": Kind(
        _("Special day"), ("name",), "notifications:reminders", None, Permission.REMINDERS_MANAGE
    ),
    "feedback.feedbackitem": Kind(_("Feedback"), ("subject",), "feedback:detail"),
    "feedback.customer": Kind(_("Customer"), ("name",)),
    "feedback.theme": Kind(_("Theme"), _NAMES),
    "feedback.survey": Kind(_("Survey"), _NAMES),
    "feedback.response": Kind(_("Response"), _OF_SURVEY, "feedback:response"),
    "goals.goal": Kind(_("Goal"), _NAMES, "goals:detail"),
    "kpis.kpi": Kind(_("KPI"), _NAMES, "kpis:detail", "key"),
    "kpis.signal": Kind(_("Signal"), _OF_KPI, "home:signals:detail"),
    "kpis.metric": Kind(_("Metric"), _NAMES, "metrics:detail", "key"),
    "kpis.bireader": Kind(_("BI reader")),
    "people.organization": Kind(_("Organization")),
    "people.team": Kind(_("Team"), _NAMES, "people:team", "pk", Permission.PEOPLE_MANAGE),
    "people.membership": Kind(_("Member"), ("user__name",), "people:member", "pk", Permission.PEOPLE_MANAGE),
    "people.invitation": Kind(_("Invitation"), (), "people:invitations", None, Permission.PEOPLE_MANAGE),
    "people.customrole": Kind(_("Role"), _NAMES, "people:edit-role", "pk", Permission.PEOPLE_MANAGE),
    "people.accountmail": Kind(_("Message about an account")),
    "notifications.reminderrule": Kind(
        _("Reminder"), ("kind",), "notifications:reminders", None, Permission.REMINDERS_MANAGE
    ),
    "notifications.chatchannel": Kind(
        _("Chat channel"), ("name",), "notifications:channel", _OF_ALL, Permission.CHANNELS_MANAGE
    ),
    "notifications.delivery": Kind(
        _("Message"), (), "notifications:deliveries", None, Permission.CHANNELS_MANAGE
    ),
    "notifications.webhookendpoint": Kind(
        _("Webhook"), ("description",), "notifications:webhook", "pk", Permission.WEBHOOKS_MANAGE
    ),
}
# What facts of an event name by its id.
NAMED_BY_FACTS: Final = {
    "assignee_id": "people.membership",
    "kpi_id": "kpis.kpi",
    "left_team_id": "people.team",
    "owner_id": "people.membership",
    "task": "tasks.task",
    "task_id": "tasks.task",
    "team_id": "people.team",
}
