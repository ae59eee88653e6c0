"""The shape of what people type to get in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people import services
from people.browsers import origin_of
from people.choices import Language
from people.errors import TooManyAttempts
from people.models import User
from people.services import Origin


def current_password() -> forms.CharField:
    """A password that is compared."""
    return forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def new_password() -> forms.CharField:
    """A password that is set."""
    return forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("Several words that have nothing to do with each other make a good one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignInForm(forms.Form):
    """E-mail address and password; `user` is set once they have been found right."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autofocus": True}),
    )
    password = current_password()

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None
        self.refused: TooManyAttempts | None = None
        self.is_new_place = False

    def clean(self) -> dict[str, Any]:
        """Refuses with the same words whether the address or the password is wrong, and after too many."""
        cleaned = super().clean() or self.cleaned_data
        if "email" in cleaned and "password" in cleaned:
            account = services.account_key("password", cleaned["email"])
            self._try(account, origin_of(self.request, account), cleaned["email"], cleaned["password"])
        return cleaned

    def _try(self, account: str, origin: Origin, email: str, password: str) -> None:
        try:
            attempt = services.admit(account=account, origin=origin)
        except TooManyAttempts as refused:
            self.refused = refused
            raise forms.ValidationError(str(refused.detail)) from refused
        found = authenticate(self.request, username=email, password=password)
        self.is_new_place = not services.is_known(account=account, origin=origin)
        services.settle(attempt, passed=found is not None)
        if not isinstance(found, User):
            raise forms.ValidationError(
                _("The e-mail address and the password do not belong together. Please try again.")
            )
        self.user = found


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class PasskeyForm(forms.Form):
    """What the browser's passkey answered."""

    credential = forms.JSONField(widget=forms.HiddenInput)


class ConfirmationForm(forms.Form):
    """The password once more, before something that matters."""

    password = current_password()


class ForgottenForm(forms.Form):
    """Where the link for a new password should go."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """A new password, by the link of a mail."""

    password = new_password()


class JoinForm(forms.Form):
    """Somebody new, by an invitation."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = new_password()
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
