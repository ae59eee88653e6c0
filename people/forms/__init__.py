"""The shape of what people type on the people pages."""

from people.forms.signing_in import SignInForm
from people.forms.tokens import TokenForm

__all__ = ["SignInForm", "TokenForm"]
