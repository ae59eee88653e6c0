"""A new metric, and what is decided about one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from kpis.choices import Unit

KEY = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z"
KEY_HELP = _("Letters, digits, dots, hyphens; programs name it by this key, and it never changes.")
# Addresses below the list that are no key.
RESERVED = ("new",)


class KeyField(forms.RegexField):
    """What programs call a metric or a KPI."""

    def __init__(self) -> None:
        super().__init__(
            KEY,
            label=_("Key"),
            max_length=80,
            help_text=KEY_HELP,
            error_messages={"invalid": _("A key has letters, digits, dots, hyphens and underscores.")},
        )
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean(self, value: object) -> object:
        """The key; refuses the words that pages use themselves."""
        key = super().clean(value)
        if key in RESERVED:
            raise forms.ValidationError(_("The pages use this word themselves; take another key."))
        return key


class MetricForm(RefusableForm):
    """A metric whose values come from outside."""

    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    key = KeyField()
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    is_ordinal = forms.BooleanField(
        label=_("Whole scores from 0 to 10"),
        required=False,
        help_text=_("Needed for shares of scores and for NPS; other values are then refused."),
    )


class HoursForm(forms.Form):
    """Whether the metric has cells by the hour."""

    keeps = forms.BooleanField(label=_("Keep hours"), required=False)


class FinalityForm(RefusableForm):
    """From which day on values may still change; said twice, because it cannot be taken back."""

    final_before = forms.DateField(
        label=_("Days before this one are final"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_sure = forms.BooleanField(
        label=_("I know that these days can never be corrected again."),
        error_messages={"required": _("Tick this to go on: final days cannot be opened again.")},
    )
