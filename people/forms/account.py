"""The shape of what people type about their own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from people.choices import Language
from people.forms.signing_in import current_password, new_password


class ProfileForm(RefusableForm):
    """Name and language."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the organization")), *Language.choices],
        required=False,
        help_text=_("For your pages and your messages."),
    )


class AddressForm(forms.Form):
    """Another e-mail address."""

    email = forms.EmailField(
        label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ChangePasswordForm(RefusableForm):
    """The password there is, and the one to be."""

    current = current_password()
    password = new_password()

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["current"].label = _("Current password")
        if not has_password:
            del self.fields["current"]


class PasskeyNameForm(forms.Form):
    """A new passkey, and what to call it."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as “my laptop” or “blue key”."))
    credential = forms.JSONField(widget=forms.HiddenInput)
