"""The way out in every mail: a signed address that works without signing in and changes only what it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from common.errors import NotVisible
from common.tenancy import acting_for
from notifications.choices import CHOSEN_RULES, Channel, Rule, Timing
from notifications.selectors.timing import wishes_of
from people.models import Membership

SALT = "notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose mails about which rules would end, and when each comes now."""

    membership: Membership
    timings: Mapping[Rule, Timing]

    @property
    def is_done(self) -> bool:
        """Whether none of these mails comes any more."""
        return all(timing == Timing.OFF for timing in self.timings.values())


def unsubscribe_path(organization_id: int, membership_id: int, rules: Sequence[str]) -> str:
    """The address that ends the mails of these rules to this person."""
    token = signing.dumps([organization_id, membership_id, *sorted(set(rules))], salt=SALT)
    return reverse("notifications:unsubscribe", args=[token])


def unsubscribing(token: str) -> Unsubscribing:
    """What the address stands for; refuses one that we did not make. It never expires: old mails keep their way out."""
    try:
        organization_id, membership_id, *rules = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise NotVisible from error
    with acting_for(organization_id):
        membership = (
            Membership.objects.select_related("organization", "user").filter(pk=membership_id).first()
        )
        if membership is None:
            raise NotVisible
        wishes = wishes_of([membership.pk])[membership.pk]
    named = [Rule(rule) for rule in rules if rule in CHOSEN_RULES]
    return Unsubscribing(membership, {rule: wishes.timing(rule, Channel.EMAIL) for rule in named})
