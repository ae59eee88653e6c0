"""What a person sets for their own account."""

from django.db import transaction

from people.choices import Language
from people.models import User


@transaction.atomic
def choose_language(*, user: User, language: Language) -> None:
    """The account's language, for its pages and its messages."""
    User.objects.filter(pk=user.pk).update(language=language)
