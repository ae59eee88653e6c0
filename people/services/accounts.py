"""What a person sets for their own account: language, appearance, name, password and e-mail address."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.pinyin import typed_keys
from common.tenancy import acting_for, among_all_people
from people.choices import AccountMailKind, Language, Theme
from people.errors import AddressTaken, LinkWorthless
from people.models import Membership, User
from people.selectors import get_team
from people.services.account_mail import request_mail

_ADDRESS_SALT = "people.address"


@transaction.atomic
def choose_language(*, user: User, language: Language) -> None:
    """The account's language, for its pages and its messages."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def choose_theme(*, membership: Membership, theme: Theme) -> None:
    """How pages look to the member, in this organization."""
    Membership.objects.filter(pk=membership.pk).update(theme=theme)


@transaction.atomic
def hide_first_steps(*, membership: Membership, hidden: bool) -> None:
    """Whether Home leaves out the first steps for this member; nobody else's Home changes."""
    Membership.objects.filter(pk=membership.pk).update(hides_first_steps=hidden)


@transaction.atomic
def choose_home_team(*, membership: Membership, team_id: int | None) -> None:
    """The team with whose eyes the member looks by default; None: all. Refuses a team of others."""
    if team_id is not None:
        get_team(membership, team_id)
    Membership.objects.filter(pk=membership.pk).update(home_team_id=team_id)


@transaction.atomic
def enter_place(*, membership: Membership) -> None:
    """Of all their organizations, the person is in this one now, and begins there when they sign in again."""
    with acting_for(membership.organization_id):
        Membership.objects.filter(pk=membership.pk).update(entered_at=timezone.now())


@transaction.atomic
def edit_profile(*, user: User, name: str, language: Language) -> None:
    """The account's name and language. Refuses an empty name."""
    if not name.strip():
        raise InvalidInput({"name": [_("Give a name.")]})
    User.objects.filter(pk=user.pk).update(
        name=name.strip(), search_keys=typed_keys(name.strip()), language=language
    )


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """The account has this password, every other session ends, and a mail says so. Refuses a weak one."""
    try:
        validate_password(password, user=user)
    except ValidationError as weak:
        raise InvalidInput({"password": weak.messages}) from weak
    user.set_password(password)
    user.save(update_fields=["password"])
    request_mail(AccountMailKind.PASSWORD_CHANGED, email=user.email, user=user)


def ask_for_address(*, user: User, email: str) -> None:
    """A link goes to the new address; the old one stays until it is used. Says nothing of other accounts."""
    request_mail(AccountMailKind.ADDRESS_CONFIRMATION, email=email.strip(), user=user)


def address_token(*, user: User, email: str) -> str:
    """The token of a link that changes the address of an account from what it is now."""
    return signing.dumps([user.pk, user.email, email], salt=_ADDRESS_SALT)


def address_of_token(*, user: User, token: str) -> str:
    """The new address that the user's own link stands for. Refuses a link that is old, used or another's."""
    try:
        user_id, before, email = signing.loads(
            token, salt=_ADDRESS_SALT, max_age=settings.ADDRESS_LINK_SECONDS
        )
    except (signing.BadSignature, ValueError) as wrong:
        raise LinkWorthless from wrong
    if user_id != user.pk or before != user.email:
        raise LinkWorthless
    return str(email)


@transaction.atomic
def change_address(*, user: User, token: str) -> None:
    """The account has the address its link was sent to; the old address is told. Refuses a taken one."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    email = address_of_token(user=locked, token=token)
    with among_all_people():
        is_taken = User.objects.exclude(pk=locked.pk).filter(email__iexact=email).exists()
    if is_taken:
        raise AddressTaken
    before = locked.email
    locked.email = email
    locked.save(update_fields=["email"])
    request_mail(AccountMailKind.ADDRESS_CHANGED, email=before, user=locked)
