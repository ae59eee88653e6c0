"""The audit log as a page and as a file."""

import csv
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.apps import apps as django_apps
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activity.forms import AuditForm
from activity.kinds import KINDS, NAMED_BY_FACTS, Kind
from activity.models import Event
from activity.permissions import can_read_audit
from activity.registry import FACTS, verbs
from activity.selectors import Asked, Told, audit_log, rows_told
from common import tenancy
from common.errors import InvalidInput, NotAllowed
from common.htmx import render_page
from common.importing.report import safe_cell
from people.access import MemberRequest, signed_in

PAGE_ROWS = 50
# A spreadsheet holds about a million rows; beyond that one narrows the days.
FILE_ROWS = 1_000_000
AT_ONCE = 1_000
COLUMNS = (
    "id",
    "occurred_at",
    "actor_id",
    "actor",
    "verb",
    "what",
    "subject_type",
    "subject_id",
    "facts",
    "subject",
)
# The fields whose choices say what a fact means.
FIELDS = {**dict.fromkeys(("was", "now", "before", "after"), "status"), "reason": "disabled_reason"}
Rows = dict[tuple[str, int], Told]
PLACES = {name: place for place, name in enumerate(FACTS)}


@signed_in
@require_safe
def audit(request: MemberRequest) -> HttpResponse:
    """Some events, narrowed by the address; older ones by `before=`, the id of the last one shown."""
    form = _form(request)
    asked = form.asked if form.is_valid() else Asked()
    before = _number(request.GET.get("before", ""))
    found = list(audit_log(request.membership, asked, before=before)[: PAGE_ROWS + 1])
    said = {name: value for name, value in request.GET.items() if value and name != "before"}
    shown = found[:PAGE_ROWS]
    words, rows = verbs(), rows_told(request.membership, (row for event in shown for row in _rows_of(event)))
    context = {
        "form": form,
        "events": [_shown(event, words, rows) for event in shown],
        "is_filtered": bool(said),
        "csv_url": _address("activity:audit-csv", said),
        "newest_url": _address("activity:audit", said) if before is not None else "",
        "older_url": _address("activity:audit", {**said, "before": found[PAGE_ROWS - 1].pk})
        if len(found) > PAGE_ROWS
        else "",
    }
    status = 200 if form.is_valid() else 422
    return render_page(request, "settings/audit.html", context, partial="rows", status=status)


@signed_in
@require_safe
def audit_csv(request: MemberRequest) -> HttpResponseBase:
    """What the page shows, whole, as a file for spreadsheet programs."""
    form = _form(request)
    if not form.is_valid():
        raise InvalidInput({name: [str(each) for each in errors] for name, errors in form.errors.items()})
    events = audit_log(request.membership, form.asked)[:FILE_ROWS].iterator(chunk_size=AT_ONCE)
    return StreamingHttpResponse(
        tenancy.kept(_lines(events)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _form(request: MemberRequest) -> AuditForm:
    if not can_read_audit(request.membership):
        raise NotAllowed
    return AuditForm(request.GET, reader=request.membership)


def _rows_of(event: Event) -> Iterator[tuple[str, int]]:
    """The row that the event is about, and those that its facts name."""
    yield event.subject_type, event.subject_id
    for name, label in NAMED_BY_FACTS.items():
        if isinstance(event.facts.get(name), int):
            yield label, event.facts[name]


def _shown(event: Event, words: dict[str, Promise | str], rows: Rows) -> dict[str, Any]:
    return {
        "event": event,
        "words": words.get(event.verb, event.verb),
        "about": rows[event.subject_type, event.subject_id],
        "facts": list(_facts_of(event, rows)),
    }


def _facts_of(event: Event, rows: Rows) -> Iterator[tuple[Promise | str, object]]:
    """What is known of an event, in the reader's words where there are words for the value."""
    for name in sorted(event.facts, key=lambda each: PLACES.get(each, len(PLACES))):
        if (value := event.facts[name]) not in {None, ""}:
            named = rows.get((NAMED_BY_FACTS.get(name, ""), value))
            words = _choices(event.subject_type, FIELDS.get(name, name)).get(value, value)
            yield FACTS.get(name, name), named.title if named and named.title else words


def _choices(subject_type: str, field: str) -> dict[object, object]:
    try:
        return dict(django_apps.get_model(subject_type)._meta.get_field(field).flatchoices)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return {}


def _lines(events: Iterator[Event]) -> Iterator[str]:
    words = verbs()
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow(
            (
                event.pk,
                timezone.localtime(event.occurred_at).isoformat(timespec="seconds"),
                event.actor_id or "",
                safe_cell(event.actor.user.name if event.actor else _("opsteam")),
                event.verb,
                words.get(event.verb, ""),
                event.subject_type,
                event.subject_id,
                safe_cell(json.dumps(event.facts, ensure_ascii=False)),
                KINDS.get(event.subject_type, Kind("")).label,
            )
        )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _address(name: str, said: dict[str, Any]) -> str:
    return reverse(name) + (f"?{urlencode(said)}" if said else "")
