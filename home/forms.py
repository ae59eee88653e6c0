"""The shape of what people type on the home pages."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from kpis.choices import SignalEnding
from people.choices import Language
from people.models import User


def _time_zones() -> list[tuple[str, str]]:
    """Zones named by a place, as people know them; `Etc/GMT+8` and its like are not among them."""
    named = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(named))]


class SetupForm(forms.Form):
    """The first organization and its administrator."""

    name = forms.CharField(label=_("Name of your organization"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_time_zones,
        initial="Asia/Shanghai",
        help_text=_("It decides which day a number belongs to."),
    )
    admin_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters; not only digits, and not a common password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses a password that is easy to guess."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), name=cleaned.get("admin_name", ""))
            try:
                validate_password(cleaned["password"], user=person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class SignalFilter(forms.Form):
    """Which signals to list: the open ones, where nothing is asked."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("To be decided")), ("all", _("All"))], required=False
    )
    owner = forms.ChoiceField(
        label=_("Owner"), choices=[("", _("Everybody")), ("me", _("Me"))], required=False
    )
    kpi = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput())

    @property
    def asked(self) -> dict[str, str]:
        """What the address says, without what it cannot say."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class CommentForm(forms.Form):
    """A word on what one is going to do."""

    comment = forms.CharField(
        label=_("Comment"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What you know already, or what you are going to look at."),
    )


class CloseSignalForm(RefusableForm):
    """How a signal ended."""

    ending = forms.TypedChoiceField(
        label=_("What became of it"),
        choices=[("", _("Choose")), *SignalEnding.choices],
        coerce=SignalEnding,
        empty_value=None,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
