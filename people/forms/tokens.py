"""The shape of a new API token, and of a new secret for one."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.choices import Scope


class TokenForm(forms.Form):
    """A new API token: what it is for, what it may do, and until when."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=120,
        help_text=_("A name you will recognise later, such as “nightly sales upload”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("1 year"))],
    )

    allowed_networks = forms.CharField(
        label=_("Only from these networks"),
        required=False,
        max_length=1_200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One network or address per line, such as 192.0.2.0/24. Empty: from everywhere."),
    )

    @property
    def networks(self) -> list[str]:
        """The lines of the networks."""
        given: str = self.cleaned_data["allowed_networks"]
        return given.split()

    @property
    def expires_at(self) -> datetime:
        """The end of the chosen time, from now."""
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


class RotationForm(forms.Form):
    """How long the present secret still works beside the new one."""

    overlap_hours = forms.TypedChoiceField(
        label=_("The present secret still works for"),
        coerce=int,
        initial=24,
        choices=[(0, _("not at all")), (1, _("1 hour")), (24, _("1 day")), (168, _("1 week"))],
    )
