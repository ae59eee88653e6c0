"""Which passwords are too easy, decided without asking anybody outside."""

from typing import TYPE_CHECKING, Final

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from people.models import User

# Guesses in powers of ten. Below it a stolen table of Argon2 hashes gives the password away within days.
LEAST_GUESSES: Final = 8
# zxcvbn refuses longer texts; what follows can only make a password harder.
JUDGED_CHARACTERS: Final = 72


class LongEnoughValidator(MinimumLengthValidator):
    """As Django's, whose sentence has no Chinese translation."""

    def get_error_message(self) -> str:
        """How long it has to be, at least."""
        return ngettext(
            "This password is too short. Take at least %(count)s character.",
            "This password is too short. Take at least %(count)s characters.",
            self.min_length,
        ) % {"count": self.min_length}


class GuessablePasswordValidator:
    """Refuses breached passwords and what is built from them: words, names, dates, patterns on the keyboard.

    zxcvbn carries lists of passwords from breaches and judges by the number of guesses a cracker needs
    (Wheeler, "zxcvbn: low-budget password strength estimation", USENIX Security 2016).
    """

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Raises where fewer than 10^`LEAST_GUESSES` guesses find it; the person's own names count as known."""
        # Its word lists cost a quarter of a second and 20 MB, which few processes need.
        from zxcvbn import zxcvbn

        known = ["opsteam"]
        if user is not None:
            known += [user.name, *user.name.split(), user.email, user.email.partition("@")[0]]
        judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=[word for word in known if word])
        if judged["guesses_log10"] < LEAST_GUESSES:
            raise ValidationError(
                _("This password is easy to guess: it is like passwords that others use. Add a word or two."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """What to do."""
        return _("Take several words that have nothing to do with each other or with you.")
