"""The shape of a new API token."""

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

    @property
    def expires_at(self) -> datetime:
        """The end of the chosen time, from now."""
        return timezone.now() + timedelta(days=self.cleaned_data["days"])
