"""API tokens: made, used, given a new secret, and revoked."""

import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_network

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence
from common.tenancy import acting_for
from people.choices import Scope
from people.errors import MoreThanItsToken
from people.models import ApiToken, Membership
from people.permissions import can_administer
from people.services.live_tokens import live_token

TOKEN_DAYS = 90
LONGEST_DAYS = 366
LAST_USED_STEP = timedelta(minutes=5)
LONGEST_OVERLAP_HOURS = 30 * 24
MOST_NETWORKS = 20
MOST_REMEMBERED = 10_000

_organizations: dict[int, int] = {}


@transaction.atomic
def create_token(
    *,
    by: Membership,
    name: str,
    scopes: Collection[Scope],
    expires_at: datetime | None = None,
    allowed_networks: Collection[str] = (),
    through: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """A token of `by`'s own rights and its secret, which is shown once; it works from `allowed_networks` (CIDR) only.

    Refuses an expiry in the past or more than a year ahead, no scope, and what is not a network. One made `through`
    another token may do no more than that one, from no other networks and for no longer.
    """
    if not by.is_active:
        raise NotAllowed
    if expires_at is None:
        expires_at = timezone.now() + timedelta(days=TOKEN_DAYS)
        expires_at = min(expires_at, through.expires_at) if through else expires_at
    allowed_networks = allowed_networks or (through.allowed_networks if through else [])
    problems: dict[str, list[Sentence]] = {}
    if not timezone.now() < expires_at <= timezone.now() + timedelta(days=LONGEST_DAYS):
        problems["expires_at"] = [_("Choose a moment within the next year.")]
    if not scopes:
        problems["scopes"] = [_("Choose at least one thing that the token may do.")]
    networks = _networks(allowed_networks)
    if None in networks or len(networks) > MOST_NETWORKS:
        sentence = _("Send at most %(most)s networks such as 192.0.2.0/24 or 2001:db8::/32.")
        problems["allowed_networks"] = [sentence % {"most": MOST_NETWORKS}]
    if problems:
        raise InvalidInput(problems)
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        organization_id=by.organization_id,
        membership=by,
        name=name,
        secret_hash=_keyed_hash(secret),
        scopes=sorted({str(scope) for scope in scopes}),
        allowed_networks=[each for each in networks if each is not None],
        expires_at=expires_at,
    )
    _refuse_more(token, through)
    token.save()
    return token, _shown(token, secret)


@transaction.atomic
def rotate_token(
    *, by: Membership, token_id: int, overlap_hours: int = 24, through: ApiToken | None = None
) -> tuple[ApiToken, str]:
    """The token has a new secret, shown once; the one of before works for `overlap_hours` more, an older one no longer.

    Expiry, scopes and networks stay. One's own live tokens only; refuses an overlap of more than 30 days, and
    `through` another token one that may do more than that.
    """
    token = (
        ApiToken.objects.visible_to(by)
        .select_for_update(of=("self",))
        .filter(pk=token_id, membership=by, revoked_at__isnull=True, expires_at__gt=Now())
        .first()
    )
    if token is None:
        raise NotVisible
    _refuse_more(token, through)
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        sentence = _("Choose 0 to %(most)s hours.") % {"most": LONGEST_OVERLAP_HOURS}
        raise InvalidInput({"overlap_hours": [sentence]})
    secret = secrets.token_urlsafe(32)
    token.previous_hash, token.secret_hash = token.secret_hash, _keyed_hash(secret)
    token.rotated_at = timezone.now()
    token.previous_until = token.rotated_at + timedelta(hours=overlap_hours)
    token.save(update_fields=["previous_hash", "secret_hash", "previous_until", "rotated_at"])
    return token, _shown(token, secret)


@transaction.atomic
def revoke_token(*, by: Membership, token_id: int) -> None:
    """The token stops working at once. Own tokens, or any of the organization for administrators."""
    token = ApiToken.objects.visible_to(by).select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotVisible
    if token.membership_id != by.pk and not can_administer(by):
        raise NotAllowed
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())


def use_token(presented: str) -> ApiToken | None:
    """The live token that was presented, with its membership loaded, or None; remembers its use every 5 minutes."""
    kind, _sep, rest = presented.partition("_")
    token_id, _sep, secret = rest.partition("_")
    if kind != "ops" or not token_id.isascii() or not token_id.isdecimal() or len(token_id) > 18:
        return None
    organization_id = _organization_of(int(token_id))
    if organization_id is None:
        return None
    with acting_for(organization_id):
        return _use(int(token_id), secret)


def _organization_of(token_id: int) -> int | None:
    """The organization of a token, which it keeps for life, so this process asks once."""
    if token_id not in _organizations:
        with connection.cursor() as cursor:
            cursor.execute("SELECT people_organization_of_token(%s)", [token_id])
            found = cursor.fetchone()[0]
        if found is None:
            return None
        if len(_organizations) >= MOST_REMEMBERED:
            _organizations.clear()
        _organizations[token_id] = found
    return _organizations[token_id]


def _use(token_id: int, secret: str) -> ApiToken | None:
    token = live_token(token_id)
    if token is None or not _opens(token, secret):
        return None
    if token.last_used_at is None or timezone.now() - token.last_used_at > LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


def _refuse_more(token: ApiToken, through: ApiToken | None) -> None:
    """Refuses a secret for a token that may do more than the one it is asked for with: that would widen a leak."""
    if through is None or through.pk == token.pk:
        return
    inside = [ip_network(each) for each in through.allowed_networks]
    is_inside = all(
        any(one.version == wide.version and one.subnet_of(wide) for wide in inside)  # type: ignore[arg-type] # same version
        for one in map(ip_network, token.allowed_networks)
    )
    narrower = not inside or (bool(token.allowed_networks) and is_inside)
    if not (set(token.scopes) <= set(through.scopes) and token.expires_at <= through.expires_at and narrower):
        raise MoreThanItsToken


def _opens(token: ApiToken, secret: str) -> bool:
    """Whether the secret is the token's, or the one of before its rotation within the overlap."""
    presented = _keyed_hash(secret)
    if hmac.compare_digest(token.secret_hash, presented):
        return True
    overlaps = token.previous_until is not None and timezone.now() < token.previous_until
    return overlaps and hmac.compare_digest(token.previous_hash, presented)


def _shown(token: ApiToken, secret: str) -> str:
    return f"ops_{token.pk}_{secret}"


def _networks(given: Collection[str]) -> list[str | None]:
    """The networks in their usual form, an address as the network of itself; None for what is none."""
    found: list[str | None] = []
    for each in given:
        try:
            found.append(str(ip_network(each.strip(), strict=False)))
        except ValueError:
            found.append(None)
    return found


def _keyed_hash(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"api-token:" + secret.encode(), sha256).hexdigest()
