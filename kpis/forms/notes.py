"""A note on a KPI's chart."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from kpis.forms.fields import DayInput

LIMIT = 200


class NoteForm(RefusableForm):
    """What happened on a day."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    text = forms.CharField(label=_("Note"), max_length=LIMIT)

    def __init__(self, data: object = None, *, today: date) -> None:
        super().__init__(data, initial={"day": today}, prefix=None, auto_id="note_%s")  # type: ignore[arg-type] # a QueryDict
