"""Refusals. A service raises one of these; the door (page, API, command) turns it into its own kind of answer."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import ClassVar

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):  # noqa: N818 - named for what it is: a rule said no
    """Base of every refusal: a stable `code` for programs and a sentence for people that says what to do."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[Sentence] = _("This cannot be done now.")

    def __init__(self, sentence: Sentence | None = None, *, wait_seconds: float | None = None) -> None:
        """`wait_seconds` tells after how long the same may be tried again, where that is known."""
        self.detail: Sentence = sentence or self.sentence
        self.headers = {} if wait_seconds is None else {"Retry-After": str(max(1, ceil(wait_seconds)))}
        super().__init__(str(self.detail))


class NotVisible(Refusal):
    """The row does not exist for this person: another organization's rows look exactly like missing ones."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here, or you may not see it.")


class NotAllowed(Refusal):
    """The row is visible, but the person's role does not allow this."""

    code = "not_allowed"
    status = 403
    sentence = _("Your role does not allow this. Ask an administrator of your organization.")


class StaleVersion(Refusal):
    """The row was changed by somebody else since it was read."""

    code = "stale_version"
    status = 412
    sentence = _("Somebody changed this in the meantime. Look at the new version, then save again.")


class InUse(Refusal):
    """Other rows belong to the one that shall be deleted; the sentence says of which kind, and how many."""

    code = "in_use"
    sentence = _("This cannot be deleted while something belongs to it.")

    def __init__(self, held: Mapping[Sentence, int]) -> None:
        named = [
            gettext("%(kind)s: %(count)s") % {"kind": kind, "count": count}
            for kind, count in held.items()
            if count
        ]
        what = gettext(", ").join(named)
        super().__init__(
            gettext("This cannot be deleted while something belongs to it: %(what)s.") % {"what": what}
        )


class TooLarge(Refusal):
    """The request's body is larger than `REQUEST_BODY_LIMIT_BYTES`."""

    code = "too_large"
    status = 413
    sentence = _("This is too large. Send a smaller file, or less text.")


class InvalidInput(Refusal):
    """Some fields are wrong; `fields` maps a field name (or a JSON pointer) to sentences."""

    code = "invalid"
    status = 400
    sentence = _("Some of the input is wrong. Nothing was saved.")

    def __init__(self, fields: Mapping[str, Sequence[Sentence]], sentence: Sentence | None = None) -> None:
        super().__init__(sentence)
        self.fields = {name: list(sentences) for name, sentences in fields.items()}


class Overtaken(InvalidInput, IntegrityError):  # noqa: N818 - as Refusal
    """A row that this one names was deleted, or one that names this was added, at the same moment.

    The database finds that out when the change is committed, which it then is not. An `InvalidInput`, so that forms
    come back with what was typed.
    """

    code = "overtaken"
    status = 409
    sentence = _(
        "Something that belongs to this was added or deleted at the same moment. Nothing was saved: look again, then "
        "try again."
    )

    def __init__(self) -> None:
        super().__init__({"non_field_errors": [self.sentence]})
