"""Drafts: what is typed is kept until it is sent."""

import json
import re
from collections.abc import Mapping

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from people.models import Draft, Membership

LARGEST_BYTES = 64 * 1024
MOST_DRAFTS = 100
_FORM = re.compile(r"[a-z]+:[A-Za-z0-9._-]{1,70}")
# What belongs to one answer of the server and not to what was typed.
_PASSING = ("csrfmiddlewaretoken", "_draft", "_check")


def keep_draft(*, by: Membership, form: str, values: Mapping[str, object]) -> None:
    """The form's draft holds these texts and nothing else; the oldest go beyond a hundred. Refuses what is no text."""
    kept = {name: text for name, text in values.items() if name not in _PASSING}
    if not _FORM.fullmatch(form) or not all(isinstance(text, str) for text in kept.values()):
        raise InvalidInput({"values": [_("A draft holds the texts of a form.")]})
    try:
        size = len(json.dumps(kept, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise InvalidInput({"values": [_("A draft holds the texts of a form.")]}) from None
    if size > LARGEST_BYTES or any("\x00" in part for pair in kept.items() for part in map(str, pair)):
        raise InvalidInput({"values": [_("This is too much for a draft.")]})
    Draft.objects.update_or_create(
        membership=by,
        form=form,
        defaults={"organization_id": by.organization_id, "values": kept, "saved_at": Now()},
    )
    newest = Draft.objects.filter(membership=by).order_by("-saved_at", "-pk").values("pk")[:MOST_DRAFTS]
    Draft.objects.filter(membership=by).exclude(pk__in=newest).delete()


def drop_draft(*, by: Membership, form: str) -> None:
    """There is no draft of this form any more; nothing happens where there was none."""
    Draft.objects.filter(membership=by, form=form).delete()
