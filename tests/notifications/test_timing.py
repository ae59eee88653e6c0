"""When a message goes out: quiet hours, digests, and nights on which the clocks change."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.choices import Channel, Rule, Timing
from notifications.selectors.timing import Wishes, after_quiet, is_quiet, moment_for, next_at

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Wishes(zone=BERLIN, quiet_from=time(22), quiet_until=time(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-22T21:59+01:00", "2026-11-22T21:59+01:00"),
        ("2026-11-22T22:00+01:00", "2026-11-23T07:00+01:00"),
        ("2026-11-23T00:00+01:00", "2026-11-23T07:00+01:00"),
        ("2026-11-23T06:59+01:00", "2026-11-23T07:00+01:00"),
        ("2026-11-23T07:00+01:00", "2026-11-23T07:00+01:00"),
    ],
)
def test_quiet_hours_span_midnight(now: str, until: str) -> None:
    assert after_quiet(NIGHT, at(now)) == at(until)


def test_quiet_hours_within_a_day() -> None:
    noon = Wishes(zone=BERLIN, quiet_from=time(12), quiet_until=time(13))
    assert is_quiet(noon, at("2026-11-22T12:30+01:00"))
    assert not is_quiet(noon, at("2026-11-22T13:00+01:00"))


def test_equal_ends_and_no_ends_are_never_quiet() -> None:
    assert not is_quiet(
        Wishes(zone=BERLIN, quiet_from=time(8), quiet_until=time(8)), at("2026-11-22T08:00+01:00")
    )
    assert not is_quiet(Wishes(zone=BERLIN), at("2026-11-22T03:00+01:00"))


def test_the_night_the_clocks_go_forward_ends_at_the_local_hour() -> None:
    # 28 March 2027, 2:00 becomes 3:00: the night is an hour shorter.
    assert after_quiet(NIGHT, at("2027-03-27T23:00+01:00")) == at("2027-03-28T07:00+02:00")


def test_the_night_the_clocks_go_back_ends_at_the_local_hour() -> None:
    assert after_quiet(NIGHT, at("2026-10-24T23:00+02:00")) == at("2026-10-25T07:00+01:00")


def test_an_hour_that_the_clocks_skip_comes_later_and_once() -> None:
    early = Wishes(zone=BERLIN, quiet_from=time(22), quiet_until=time(2, 30))
    assert after_quiet(early, at("2027-03-28T01:00+01:00")) == at("2027-03-28T03:30+02:00")


def test_an_hour_that_the_clocks_show_twice_is_not_over_when_it_comes_first() -> None:
    early = Wishes(zone=BERLIN, quiet_from=time(22), quiet_until=time(2, 30))
    # The second 2:10 of that night: the first 2:30 has passed, the second is still to come.
    assert after_quiet(early, at("2026-10-25T02:10+01:00")) == at("2026-10-25T02:30+01:00")


def test_a_daily_message_comes_once_in_the_night_that_shows_its_hour_twice() -> None:
    first = next_at(BERLIN, time(2, 30), at("2026-10-25T00:00+02:00"), is_daily=True)
    assert first == at("2026-10-25T02:30+02:00")
    after = next_at(BERLIN, time(2, 30), at("2026-10-25T02:31+02:00"), is_daily=True)
    assert after == at("2026-10-26T02:30+01:00")


def test_digests_come_at_the_persons_hour_and_the_inbox_at_once() -> None:
    wishes = Wishes(zone=ZoneInfo("Asia/Shanghai"), digest_hour=8)
    now = at("2026-11-22T10:15+08:00")
    assert moment_for(wishes, Timing.DAILY, now, Channel.EMAIL) == at("2026-11-23T08:00+08:00")
    assert moment_for(wishes, Timing.HOURLY, now, Channel.EMAIL) == at("2026-11-22T11:00+08:00")
    assert moment_for(wishes, Timing.DAILY, now, Channel.INBOX) == now


def test_defaults_are_sensible() -> None:
    wishes = Wishes(zone=BERLIN)
    assert wishes.timing(Rule.TASK_ASSIGNED, Channel.EMAIL) == Timing.AT_ONCE
    assert wishes.timing(Rule.SIGNAL_OPENED, Channel.EMAIL) == Timing.DAILY
    assert wishes.timing(Rule.SIGNAL_OPENED, Channel.INBOX) == Timing.AT_ONCE
    assert wishes.timing(Rule.TASK_OVERDUE, Channel.CHAT) == Timing.OFF
    assert wishes.timing(Rule.DELIVERIES_DEAD, Channel.EMAIL) == Timing.OFF
