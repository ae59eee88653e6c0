"""The shape of what people type to sign in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import User


class SignInForm(forms.Form):
    """E-mail address and password; `user` is set once they have been found right."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Refuses with the same words whether the address or the password is wrong."""
        cleaned = super().clean() or self.cleaned_data
        if "email" in cleaned and "password" in cleaned:
            found = authenticate(self.request, username=cleaned["email"], password=cleaned["password"])
            if not isinstance(found, User):
                raise forms.ValidationError(
                    _("The e-mail address and the password do not belong together. Please try again.")
                )
            self.user = found
        return cleaned
