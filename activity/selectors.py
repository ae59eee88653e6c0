"""Reads of the event log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.apps import apps as django_apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from activity.kinds import KINDS, Kind
from activity.models import Event
from common.models import Owned
from people.models import Membership, Organization
from people.permissions import may

ORGANIZATION: Final = Organization._meta.label_lower


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log: by verb, by who did it (None is anybody), on which local days, on one kind of row or one row."""

    verb: str = ""
    actor: Membership | None = None
    first_on: date | None = None
    last_on: date | None = None
    subject_type: str = ""
    subject_id: int | None = None


def audit_log(actor: Membership, asked: Asked, *, before: int | None = None) -> QuerySet[Event]:
    """The organization's events, newest first, below the id `before`; with the people who did them."""
    found = Event.objects.visible_to(actor).select_related("actor__user").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.actor is not None:
        found = found.filter(actor=asked.actor)
    if asked.subject_type:
        found = found.filter(subject_type=asked.subject_type)
    if asked.subject_id is not None:
        found = found.filter(subject_id=asked.subject_id)
    zone = actor.organization.zone
    if asked.first_on is not None:
        found = found.filter(occurred_at__gte=datetime.combine(asked.first_on, time(), zone))
    if asked.last_on is not None:
        end = datetime.combine(asked.last_on + timedelta(days=1), time(), zone)
        found = found.filter(occurred_at__lt=end)
    return found


def activity_of(subject: Owned, *, limit: int = 50) -> QuerySet[Event]:
    """What happened to `subject`, newest first, with the people who did it loaded. One query."""
    return (
        Event.objects.filter(
            organization_id=subject.organization_id,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
        )
        .select_related("actor__user")
        .order_by("-id")[:limit]
    )


def last_change(subject: Owned) -> Event | None:
    """The newest event about the row, for telling who was faster. One query."""
    return activity_of(subject, limit=1).first()


@dataclass(frozen=True, slots=True)
class Told:
    """A row that an event or a message is about: by its title, or by its number where it has none or is gone."""

    kind: Promise | str
    number: int
    title: Promise | str = ""
    url: str = ""
    is_gone: bool = False


def rows_told(actor: Membership, rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Told]:
    """Each row, by the label of its model and its id, as the actor may see it. One query for each kind among them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for label, pk in rows:
        wanted[label].add(pk)
    return {(label, told.number): told for label, pks in wanted.items() for told in _told(actor, label, pks)}


def _told(actor: Membership, label: str, pks: Set[int]) -> Iterator[Told]:
    kind = KINDS.get(label, Kind(label))
    is_linked = bool(kind.page) and (kind.permission is None or may(actor, kind.permission))
    if not kind.names:
        title = actor.organization.name if label == ORGANIZATION else ""
        url = reverse(kind.page) if is_linked else ""
        yield from (Told(kind.label, pk, title, url) for pk in pks)
        return
    model: Any = django_apps.get_model(label)
    fields = {field.name: dict(getattr(field, "flatchoices", ())) for field in model._meta.get_fields()}
    found = model.objects.visible_to(actor).filter(pk__in=pks)
    seen = {pk: rest for pk, *rest in found.values_list("pk", kind.ref or "pk", *kind.read_names)}
    for pk in pks:
        if pk not in seen:
            yield Told(kind.label, pk, is_gone=True)
            continue
        ref, *names = seen[pk]
        title = next(filter(None, names), "")
        words = fields.get(kind.names[0], {}).get(title, title)
        args = [ref] if kind.ref else []
        yield Told(kind.label, pk, words, reverse(kind.page, args=args) if is_linked and ref else "")
