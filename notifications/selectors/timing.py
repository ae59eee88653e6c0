"""When a person may be told something: at once or with others, and not at night, by the clocks where they live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.choices import CHOSEN_RULES, Channel, Rule, Timing
from notifications.models import ChatChannel, Preference, RulePreference
from notifications.models.preferences import MORNING_HOUR
from people.models import Membership

# What is mailed only in the daily message unless the person says otherwise.
DAILY_BY_DEFAULT = frozenset({Rule.SIGNAL_OPENED, Rule.CHECK_IN_DUE})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person wants to be told, where and when. A rule and channel that is not named has its default."""

    zone: ZoneInfo
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_hour: int = MORNING_HOUR
    timings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    has_chat: bool = False

    def timing(self, rule: str, channel: str) -> Timing:
        """When the messages of `rule` go to `channel`."""
        if channel == Channel.CHAT and not self.has_chat:
            return Timing.OFF
        return Timing(self.timings.get((rule, channel)) or default_timing(rule, channel))


def default_timing(rule: str, channel: str) -> Timing:
    """The inbox holds everything; mail comes at once but for what can wait; chat is asked for."""
    if channel == Channel.INBOX:
        return Timing.AT_ONCE
    if channel == Channel.CHAT or rule == Rule.DELIVERIES_DEAD:
        return Timing.OFF
    return Timing.DAILY if rule in DAILY_BY_DEFAULT else Timing.AT_ONCE


def wishes_of(membership_ids: Iterable[int]) -> dict[int, Wishes]:
    """The wishes of each of these people, with defaults where they said nothing. Four queries for any number."""
    ids = set(membership_ids)
    zones = Membership.objects.filter(pk__in=ids).values_list("pk", "organization__time_zone")
    hours = {row.membership_id: row for row in Preference.objects.filter(membership__in=ids)}
    chats = ChatChannel.objects.filter(owner__in=ids, is_enabled=True)
    with_chat = set(chats.values_list("owner_id", flat=True))
    timings: dict[int, dict[tuple[str, str], str]] = {pk: {} for pk in ids}
    for row in RulePreference.objects.filter(membership__in=ids):
        timings[row.membership_id][row.rule, row.channel] = row.timing
    return {
        pk: Wishes(
            zone=ZoneInfo((hours[pk].time_zone if pk in hours else "") or zone),
            quiet_from=hours[pk].quiet_from if pk in hours else None,
            quiet_until=hours[pk].quiet_until if pk in hours else None,
            digest_hour=hours[pk].digest_hour if pk in hours else MORNING_HOUR,
            timings=timings[pk],
            has_chat=pk in with_chat,
        )
        for pk, zone in zones
    }


def moment_for(wishes: Wishes, timing: Timing, at: datetime, channel: str) -> datetime:
    """When a message that is due `at` goes out: with the next digest, and never in quiet hours. The inbox is silent."""
    if channel == Channel.INBOX:
        return at
    if timing == Timing.DAILY:
        at = next_at(wishes.zone, time(wishes.digest_hour), at, is_daily=True)
    elif timing == Timing.HOURLY:
        at = _next_hour(at)
    return after_quiet(wishes, at)


def after_quiet(wishes: Wishes, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours that `at` lies in."""
    if wishes.quiet_from is None or wishes.quiet_until is None or not is_quiet(wishes, at):
        return at
    return next_at(wishes.zone, wishes.quiet_until, at)


def is_quiet(wishes: Wishes, at: datetime) -> bool:
    """Whether `at` is within the person's quiet hours, which may span midnight; equal ends are no quiet hours."""
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None or start == end:
        return False
    local = at.astimezone(wishes.zone).time()
    return start <= local < end if start < end else local >= start or local < end


def next_at(zone: ZoneInfo, clock: time, at: datetime, *, is_daily: bool = False) -> datetime:
    """The first moment from `at` on at which clocks in `zone` show `clock`, in UTC.

    A time that the clocks skip comes as much later as they were put forward. Of one that they show twice, the second
    is taken where the first has passed, but not for what comes once a day.
    """
    today = at.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=day), clock.replace(fold=fold), tzinfo=zone).astimezone(UTC)
        for day in range(3)
        for fold in ((0,) if is_daily else (0, 1))
    )
    return next(moment for moment in moments if moment >= at)


def _next_hour(at: datetime) -> datetime:
    """The next full hour, `at` itself where it is one."""
    full = at.replace(minute=0, second=0, microsecond=0)
    return full if full == at else full + timedelta(hours=1)


def timing_table(wishes: Wishes) -> list[tuple[Rule, dict[Channel, Timing]]]:
    """Every rule that people choose about, with its timing in each channel."""
    return [(rule, {channel: wishes.timing(rule, channel) for channel in Channel}) for rule in CHOSEN_RULES]
