"""The shape of what people type on the people pages."""

from people.forms.account import AddressForm, ChangePasswordForm, PasskeyNameForm, ProfileForm
from people.forms.members import CustomRoleForm, InvitationForm, MemberForm, TeamForm
from people.forms.signing_in import (
    CodeForm,
    ConfirmationForm,
    ForgottenForm,
    JoinForm,
    NewPasswordForm,
    PasskeyForm,
    SignInForm,
)
from people.forms.tokens import RotationForm, TokenForm

__all__ = [
    "AddressForm",
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmationForm",
    "CustomRoleForm",
    "ForgottenForm",
    "InvitationForm",
    "JoinForm",
    "MemberForm",
    "NewPasswordForm",
    "PasskeyForm",
    "PasskeyNameForm",
    "ProfileForm",
    "RotationForm",
    "SignInForm",
    "TeamForm",
    "TokenForm",
]
