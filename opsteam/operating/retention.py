"""What is deleted by age: one table, one setting per line. The event record is in none: audit is kept for good."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

from kpis import services as kpis

logger = logging.getLogger(__name__)

BATCH_ROWS = 2_000
# Below the soft time limit of a job; what is left is taken by the next run.
RUN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a model that are older than so many days by one of their moments; 0 days keeps them for good.

    `days` names the setting, and `why` the reason in docs/operating.md.
    """

    model: str
    moment: str
    days: str
    narrowed: Callable[[], Q] = Q
    why: str = ""
    # Where something has to be left behind: takes days and how many rows at most, returns how many went.
    forget_with: Callable[..., int] | None = None

    @property
    def kept_days(self) -> int:
        """How long rows stay."""
        return int(settings.RETENTION_DAYS[self.days])

    def old(self) -> "QuerySet[Model]":
        """The rows that may go."""
        model: type[Model] = apps.get_model(self.model)
        old = Q(**{f"{self.moment}__lt": Now() - timedelta(days=self.kept_days)})
        return model._base_manager.filter(self.narrowed(), old).all()

    def forget(self, most: int) -> int:
        """At most so many of them are gone; returns how many."""
        if self.forget_with is not None:
            return self.forget_with(days=self.kept_days, most=most)
        some = list(self.old().order_by("pk").values_list("pk", flat=True)[:most])
        apps.get_model(self.model)._base_manager.filter(pk__in=some).delete()
        return len(some)


def _told() -> Q:
    """Messages that followed from one event. A reminder is kept longer, for its row is what keeps it single."""
    return Q(state__in=["sent", "dropped"], period__startswith="event:")


RULES: tuple[Rule, ...] = (
    Rule("sessions.Session", "expire_date", "sessions", why="sessions that have ended"),
    Rule("people.SignInAttempt", "at", "sign_in_attempts", why="hashed attempts to sign in"),
    Rule(
        "people.AccountMail",
        "planned_at",
        "account_mails",
        lambda: Q(planned_at__isnull=False),
        why="account mails that were sent",
    ),
    Rule(
        "people.Invitation",
        "expires_at",
        "invitations",
        lambda: Q(accepted_at__isnull=True),
        why="invitations that nobody accepted",
    ),
    Rule(
        "people.ApiToken",
        "expires_at",
        "tokens",
        why="tokens that ended; their hashes and names",
    ),
    Rule("people.Draft", "saved_at", "drafts", why="forms that were begun and never sent"),
    Rule("notifications.Delivery", "sent_at", "messages", _told, why="messages about one event"),
    Rule(
        "notifications.Delivery",
        "created_at",
        "reminders",
        lambda: Q(state__in=["sent", "dropped"]),
        why="reminders; the row is what keeps one from coming twice",
    ),
    Rule(
        "notifications.Delivery",
        "created_at",
        "dead_messages",
        lambda: Q(state="dead"),
        why="messages that were given up",
    ),
    Rule(
        "notifications.WebhookDelivery",
        "created_at",
        "webhook_messages",
        lambda: Q(state__in=["sent", "dropped", "dead"]),
        why="the log of webhooks",
    ),
    Rule("imports.FileImport", "created_at", "imports", why="uploaded files and what became of their rows"),
    Rule("kpis.Verification", "finished_at", "verifications", why="nightly proofs of the cells"),
    Rule(
        "kpis.KpiChange",
        "changed_at",
        "changes",
        why="what copies of the numbers had to load again; older cursors are refused",
        forget_with=kpis.forget_changes,
    ),
)


def forget_old() -> dict[str, int]:
    """Whatever is older than its rule allows is gone, in small transactions; returns how many of each model.

    Safe to run twice at once: twins delete different rows or none. A long backlog goes on in the next run.
    """
    until = time.monotonic() + RUN_SECONDS
    gone: dict[str, int] = {}
    for rule in RULES:
        while rule.kept_days and time.monotonic() < until:
            went = rule.forget(BATCH_ROWS)
            if not went:
                break
            gone[rule.model] = gone.get(rule.model, 0) + went
    if gone:
        logger.info("operating.forgotten", extra={"rows": gone})
    return gone
