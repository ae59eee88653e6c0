"""What one imported row holds. A row that could not be stored cannot be made: it says why instead."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput, Sentence
from feedback.choices import Channel, Kind, Status
from feedback.services.history import EARLIEST, time_problem
from feedback.services.items import REPLY_WITHIN

Problems = dict[str, list[Sentence]]
DUE_WITHIN = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A feedback item as its source tells it; `replies` are (at, text). A wrong one raises InvalidInput.

    A customer without an external id is known by name. Without `reply_due_at` the SLA of the kind counts.
    `steps` are further changes of status (at, status), such as an earlier resolution and what reopened it;
    `resolved_at` is the last resolution.
    """

    external_id: str
    subject: str
    opened_at: datetime
    kind: str = Kind.COMPLAINT
    channel: str = Channel.IMPORT
    customer_name: str = ""
    customer_external_id: str = ""
    theme_key: str = ""
    team_id: int | None = None
    assignee_id: int | None = None
    body: str = ""
    replies: tuple[tuple[datetime, str], ...] = ()
    resolved_at: datetime | None = None
    reply_due_at: datetime | None = None
    steps: tuple[tuple[datetime, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuses what no item can hold: bad text, unknown choices, times in the future or out of order."""
        problems: Problems = {}
        _check_text(problems, "external_id", self.external_id, limit=200, required=True)
        _check_text(problems, "subject", self.subject, limit=300, required=True)
        _check_text(problems, "customer_name", self.customer_name, limit=200)
        _check_text(problems, "customer_external_id", self.customer_external_id, limit=200)
        _check_text(problems, "theme_key", self.theme_key, limit=60)
        _check_text(problems, "body", self.body)
        if self.kind not in Kind.values:
            problems["kind"] = [_("There is no such choice.")]
        if self.channel not in Channel.values:
            problems["channel"] = [_("There is no such choice.")]
        self._check_times(problems)
        if problems:
            raise InvalidInput(problems)

    def _check_times(self, problems: Problems) -> None:
        _check_time(problems, "opened_at", self.opened_at)
        later = [("replies", at) for at, _body in self.replies] + [
            ("steps", at) for at, _status in self.steps
        ]
        later += [("resolved_at", self.resolved_at)] if self.resolved_at else []
        for name, at in later:
            _check_time(problems, name, at)
            if not problems and at < self.opened_at:
                problems[name] = [_("This time lies before the opening.")]
        if self.reply_due_at and self.reply_due_at.tzinfo is None:
            problems["reply_due_at"] = [_("This time has no time zone.")]
        elif self.reply_due_at and not EARLIEST <= self.reply_due_at <= timezone.now() + DUE_WITHIN:
            problems["reply_due_at"] = [_("This time lies before 1970 or more than ten years ahead.")]
        for _at, body in self.replies:
            _check_text(problems, "replies", body)
        if not {status for _at, status in self.steps} <= set(Status.values):
            problems["steps"] = [_("There is no such choice.")]
        elif self.steps and self.resolved_at and max(at for at, _status in self.steps) > self.resolved_at:
            problems["steps"] = [_("A change of status lies after the last resolution.")]

    @property
    def due_at(self) -> datetime:
        """When the first reply was or is due."""
        return self.reply_due_at or self.opened_at + REPLY_WITHIN[Kind(self.kind)]

    @property
    def digest(self) -> str:
        """Equal for equal rows only, whatever time zone their times are written in."""
        values = [getattr(self, field.name) for field in fields(self) if field.name != "steps" or self.steps]
        content = json.dumps(values, default=_utc, ensure_ascii=False)
        return sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """A survey answer as its source tells it; the kind of the survey decides which score it may have.

    Making a wrong one raises InvalidInput.
    """

    external_id: str
    score: int
    answered_at: datetime
    comment: str = ""
    team_id: int | None = None
    item_external_id: str = ""
    invitation_external_id: str = ""

    def __post_init__(self) -> None:
        """Refuses what no answer can hold: bad text, a time in the future."""
        problems: Problems = {}
        _check_text(problems, "external_id", self.external_id, limit=200, required=True)
        _check_text(problems, "comment", self.comment)
        _check_time(problems, "answered_at", self.answered_at)
        if problems:
            raise InvalidInput(problems)


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A survey invitation as its source tells it. Making a wrong one raises InvalidInput."""

    external_id: str
    invited_at: datetime
    team_id: int | None = None
    item_external_id: str = ""
    customer_external_id: str = ""

    def __post_init__(self) -> None:
        """Refuses what no invitation can hold: bad text, a time in the future."""
        problems: Problems = {}
        _check_text(problems, "external_id", self.external_id, limit=200, required=True)
        _check_time(problems, "invited_at", self.invited_at)
        if problems:
            raise InvalidInput(problems)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _check_text(
    problems: Problems, name: str, text: str, *, limit: int | None = None, required: bool = False
) -> None:
    if required and not text.strip():
        problems[name] = [_("This is empty.")]
    elif limit is not None and len(text) > limit:
        problems[name] = [_("This is longer than %(limit)s characters.") % {"limit": limit}]
    elif "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        problems[name] = [_("This holds characters that cannot be stored.")]


def _check_time(problems: Problems, name: str, at: datetime) -> None:
    if at.tzinfo is None:
        problems[name] = [_("This time has no time zone.")]
    elif problem := time_problem(at):
        problems[name] = [problem]
