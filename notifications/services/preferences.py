"""What a person wants to be told, where and when."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.tenancy import acting_for
from notifications.choices import CHOSEN_RULES, DIGESTS, Channel, Rule, Timing
from notifications.models import Preference, RulePreference
from notifications.selectors.timing import default_timing
from notifications.selectors.unsubscribing import Unsubscribing, unsubscribing
from people.models import Membership

Timings = Mapping[tuple[str, str], str]
HOURS = ("time_zone", "quiet_from", "quiet_until", "digest_hour")


@transaction.atomic
def set_preferences(*, by: Membership, timings: Timings | None = None, **hours: Any) -> None:
    """`by` is told what `timings` say by (rule, channel), at the hours given; what is not named stays as it is.

    `hours` are `time_zone` (blank: the organization's), `quiet_from` and `quiet_until` (both or none), `digest_hour`.
    What was planned already and not yet sent follows. Refuses unknown rules, zones and hours.
    """
    _refuse_wrong(timings or {}, hours)
    known = Preference.objects.select_for_update().filter(membership=by).first()
    preference = known or Preference(organization_id=by.organization_id, membership=by)
    for name in HOURS:
        if name in hours:
            setattr(preference, name, hours[name])
    if (preference.quiet_from is None) != (preference.quiet_until is None):
        raise InvalidInput({"quiet_until": [_("Give both ends of the quiet hours, or none.")]})
    preference.save()
    for (rule, channel), timing in (timings or {}).items():
        _set_timing(by, rule, channel, timing)


@transaction.atomic
def unsubscribe(token: str) -> Unsubscribing:
    """The mails that the signed address names end; the same twice changes nothing. Refuses an address not of ours.

    Returns when they came before.
    """
    wanted = unsubscribing(token)
    with acting_for(wanted.membership.organization_id):
        for rule in wanted.timings:
            _set_timing(wanted.membership, rule, Channel.EMAIL, Timing.OFF)
    return wanted


@transaction.atomic
def subscribe_again(token: str, timings: Mapping[str, str]) -> Unsubscribing:
    """The mails that the signed address names come again: when `timings` say by rule, else as by default."""
    wanted = unsubscribing(token)
    with acting_for(wanted.membership.organization_id):
        for rule in wanted.timings:
            timing = timings.get(rule, "")
            usual = timing if timing in allowed_timings(rule, Channel.EMAIL) else Timing.OFF
            again = default_timing(rule, Channel.EMAIL) if usual == Timing.OFF else usual
            _set_timing(wanted.membership, rule, Channel.EMAIL, again)
    return unsubscribing(token)


def _set_timing(by: Membership, rule: str, channel: str, timing: str) -> None:
    mine = RulePreference.objects.filter(membership=by, rule=rule, channel=channel)
    if timing == default_timing(rule, channel):
        mine.delete()
    else:
        RulePreference.objects.update_or_create(
            membership=by,
            rule=rule,
            channel=channel,
            defaults={"timing": timing, "organization_id": by.organization_id},
        )


def _refuse_wrong(timings: Timings, hours: Mapping[str, Any]) -> None:
    wrong: dict[str, list[Any]] = {}
    for (rule, channel), timing in timings.items():
        if rule not in CHOSEN_RULES or timing not in allowed_timings(rule, channel):
            wrong[f"timings/{rule}/{channel}"] = [_("This cannot be chosen.")]
    zone = hours.get("time_zone", "")
    if zone and zone not in available_timezones():
        wrong["time_zone"] = [_("There is no such time zone.")]
    hour = hours.get("digest_hour", 0)
    if not isinstance(hour, int) or not 0 <= hour <= 23:
        wrong["digest_hour"] = [_("Choose an hour from 0 to 23.")]
    for name in ("quiet_from", "quiet_until"):
        if not isinstance(hours.get(name), time | None):
            wrong[name] = [_("Give a time such as 22:00.")]
    if wrong:
        raise InvalidInput(wrong)


def allowed_timings(rule: str, channel: str) -> tuple[Timing, ...]:
    """What can be chosen for the channel: only mails are put together."""
    if channel not in Channel or rule not in Rule:
        return ()
    return tuple(timing for timing in Timing if channel == Channel.EMAIL or timing not in DIGESTS)
