"""What others did since one last looked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.registry import verbs
from home.blocks.block import Table
from home.blocks.news import list_of, page_of
from home.blocks.reading import Reading

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Happened:
    """One event in words."""

    words: str
    title: str
    by: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How often something happened, and the list in which all of it is found."""

    words: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The newest events, all of them counted by kind, and up to which one they reach."""

    key: ClassVar[str] = "changes"
    seen_at: datetime | None
    kinds: Sequence[Kind]
    newest: Sequence[Happened]
    last_event_id: int

    def tables(self) -> list[Table]:
        """The counts, then the newest events."""
        counts = [(each.words, str(each.number)) for each in self.kinds]
        rows = [(_date(each.at), each.words, each.title, each.by or _("the system")) for each in self.newest]
        return [
            Table(_("Changes since your last visit"), (_("What"), _("How often")), counts),
            Table(_("Newest changes"), (_("When"), _("What"), _("About"), _("Who")), rows),
        ]


def changes_block(reading: Reading) -> Changes:
    """What is news to the reader, who moves the mark on by saying that they have read it."""
    news, words = reading.ground.news, verbs()
    counts = Counter(str(event["verb"]) for event in news)
    newest = [
        Happened(
            words=str(words[event["verb"]]),
            title=event["title"] or "",
            by=event["by"] or "",
            at=_moment(event["at"]),
            url=page_of(event["verb"], event["subject_type"], event["subject_id"]),
        )
        for event in news[:SHOWN]
    ]
    kinds = [Kind(str(words[verb]), number, list_of(verb)) for verb, number in counts.most_common()]
    return Changes(reading.ground.seen_at, kinds, newest, news[0]["id"] if news else 0)


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found


def _date(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
