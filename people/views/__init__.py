"""The people pages."""

from people.views.signing_in import choose_language, sign_in, sign_out
from people.views.tokens import token_revocation, tokens

__all__ = ["choose_language", "sign_in", "sign_out", "token_revocation", "tokens"]
