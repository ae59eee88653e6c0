"""Days and times as people write them, in English and in Chinese. See docs/decisions/0015.

A rule is an expression and what its match means; of all matches the one furthest left counts, and of those the longest.
Nothing is read as a day that has passed.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import get_language

DAY: Final = timedelta(days=1)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MOST_MONTHS: Final = 12
NUMBER_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DIGITS: Final = {**{digit: value for value, digit in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2}
MORNING, NOON, AFTERNOON, EVENING = time(9), time(12), time(15), time(20)
PERIODS: Final = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "早晨", "早", "上午", "morning"), MORNING),
    **dict.fromkeys(("中午", "noon"), NOON),
    **dict.fromkeys(("下午", "午后", "afternoon"), AFTERNOON),
    **dict.fromkeys(("傍晚", "晚上", "晚", "夜里", "evening", "night"), EVENING),
}
_PERIOD = "|".join(sorted((each for each in PERIODS if each > "z"), key=len, reverse=True))
_N = r"(?:\d{1,3}|[零〇一二两三四五六七八九十]{1,3})"
_WEEKDAY = (
    r"(mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_FROM, _TO = r"(?<![A-Za-z0-9.\-])(?:(?:due|by|on|until|till|before)\s+)?", r"(?![A-Za-z0-9]|-\w)"
_VON, _BIS = r"(?:截止到?|最迟|在)?", r"\s*(?:之前|以前|前)?"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, the time where one was said, and the part of the day that an hour after it belongs to."""

    on: date
    at: time | None = None
    period: time | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says of a day and a time, and where: pairs of start and end."""

    on: date | None
    at: time | None
    places: tuple[tuple[int, int], ...]

    def rest(self, text: str) -> str:
        """What the text says beside them."""
        for start, end in sorted(self.places, reverse=True):
            text = text[:start] + text[end:]
        return text


Meaning = Callable[[re.Match[str], datetime], Moment | None]


def find(text: str, now: datetime) -> Found:
    """The first day and the first time in the text, seen from the local time `now`; a time alone is its next one."""
    day = _first(_DAYS, text, now)
    moment, place = day or (None, (0, 0))
    if moment is not None and moment.at is not None:
        return Found(moment.on, moment.at, (place,))
    period, period_place = _period_after(text, place) if day else (None, place)
    hint = period or (moment.period if moment else None)
    hidden = text[: place[0]] + " " * (period_place[1] - place[0]) + text[period_place[1] :] if day else text
    clock = _clock(hidden, hint)
    if clock is None:
        if moment is None:
            return Found(None, None, ())
        return Found(moment.on, hint, (place, period_place) if period else (place,))
    at, clock_place = clock
    on = moment.on if moment else now.date() + (DAY if at is not None and at <= now.time() else timedelta())
    places = [clock_place, *([place] if day else []), *([period_place] if period else [])]
    return Found(on, at, tuple(sorted(places)))


def _first(
    rules: list[tuple[re.Pattern[str], Meaning]], text: str, now: datetime
) -> tuple[Moment, tuple[int, int]] | None:
    found = [
        (match.start(), -match.end(), moment)
        for expression, meaning in rules
        for match in expression.finditer(text)
        if (moment := meaning(match, now)) is not None and moment.on >= now.date()
    ]
    if not found:
        return None
    start, end, moment = min(found, key=lambda each: each[:2])
    return moment, (start, -end)


def _period_after(text: str, place: tuple[int, int]) -> tuple[time | None, tuple[int, int]]:
    match = _PERIOD_AFTER.match(text, place[1])
    return (PERIODS[match[1].lower()], match.span()) if match else (None, place)


def _clock(text: str, hint: time | None) -> tuple[time | None, tuple[int, int]] | None:
    found = []
    for expression in _CLOCKS:
        for match in expression.finditer(text):
            said = match.groupdict()
            hour, minute = number_of(said["hour"]), _minute(said)
            half, period = said.get("half"), said.get("period")
            if hour < 25 and minute < 60:
                part = PERIODS[period] if period else None
                exact = bool(said.get("exact")) and part is None and hint is None
                at = _at(hour, minute, part or hint, half.lower()[0] if half else "", is_exact=exact)
                found.append((match.start(), -match.end(), at))
    found.extend((match.start(), -match.end(), NOON) for match in _NOON.finditer(text))
    if not found:
        return None
    start, end, at = min(found, key=lambda each: each[:2])
    return at, (start, -end)


def _minute(said: dict[str, str | None]) -> int:
    quarter = said.get("quarter")
    if quarter:
        return {"半": 30, "一刻": 15, "三刻": 45}[quarter]
    minute = said.get("minute")
    return number_of(minute) if minute else 0


def _at(hour: int, minute: int, period: time | None, half: str, *, is_exact: bool) -> time | None:
    """The time of day; None for its end. Hours from 1 to 6 without more are those of the afternoon."""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif period in (AFTERNOON, EVENING) and hour <= 12:
        hour = 24 if hour == 12 and period == EVENING else hour % 12 + 12
    elif (period == NOON and hour < 4) or (period is None and not is_exact and 1 <= hour <= 6):
        hour += 12
    return None if hour == 24 else time(hour, minute)


def number_of(digits: str) -> int:
    """A number below a hundred in digits or Chinese, or an English word up to ten."""
    if digits.isdecimal():
        return int(digits)
    if digits.lower() in ("a", "an"):
        return 1
    if digits.lower() in NUMBER_WORDS:
        return NUMBER_WORDS.index(digits.lower()) + 1
    tens, ten, ones = digits.rpartition("十")
    value = DIGITS.get(ones, 0) if ones else 0
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + value if ten else value


def _in_days(days: int) -> Meaning:
    return lambda _match, now: Moment(now.date() + days * DAY)


def _in_part(days: int, part: time) -> Meaning:
    return lambda _match, now: Moment(now.date() + days * DAY, period=part)


def _weekday(match: re.Match[str], now: datetime) -> Moment | None:
    """Mondays begin the week: this one's, the next one's, or the coming one after today."""
    which, wanted = (match[1] or "").lower(), _weekday_number(match[2])
    monday = now.date() - now.weekday() * DAY
    if which in ("this", "本", "这"):
        return Moment(monday + wanted * DAY)
    weeks = 2 if which == "下下" else 1 if which in ("next", "下") else 0
    if weeks:
        return Moment(monday + (7 * weeks + wanted) * DAY)
    return Moment(now.date() + ((wanted - now.weekday() - 1) % 7 + 1) * DAY)


def _weekday_of_next_week(match: re.Match[str], now: datetime) -> Moment:
    return Moment(now.date() + (7 - now.weekday() + _weekday_number(match[1])) * DAY)


def _weekday_number(word: str) -> int:
    chinese = "一二三四五六日".find(word.replace("天", "日").replace("末", "六"))
    return chinese if chinese >= 0 else WEEKDAYS.index(word.lower()[:3])


def _from_now(match: re.Match[str], now: datetime) -> Moment | None:
    count, unit = match[1], match[2].lower()
    minutes = _MINUTES.get(unit[:3]) or _MINUTES.get(unit)
    if count.startswith("半"):
        minutes, count = (minutes or 0) // 2, "1"
    if minutes:
        then = now + timedelta(minutes=minutes * number_of(count))
        return Moment(then.date(), time(then.hour, then.minute))
    if unit.startswith(("month", "个月", "月")):
        return Moment(_months_on(now.date(), number_of(count)))
    days = 7 if unit.startswith(("week", "周", "星期", "礼拜", "个星期", "个礼拜")) else 1
    return Moment(now.date() + days * number_of(count) * DAY)


_MINUTES: Final = {
    "min": 1,
    "hou": 60,
    "hr": 60,
    "hrs": 60,
    "分钟": 1,
    "小时": 60,
    "个小时": 60,
    "钟头": 60,
    "个钟头": 60,
}


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _month_end(months: int) -> Meaning:
    def meaning(_match: re.Match[str], now: datetime) -> Moment:
        first = _months_on(now.date().replace(day=1), months + 1)
        return Moment(first - DAY)

    return meaning


def _next_month(_match: re.Match[str], now: datetime) -> Moment:
    return Moment(_months_on(now.date().replace(day=1), 1))


def _year_end(_match: re.Match[str], now: datetime) -> Moment:
    return Moment(date(now.year, 12, 31))


def _next_week(_match: re.Match[str], now: datetime) -> Moment:
    return Moment(now.date() + (7 - now.weekday()) * DAY)


def _in_week(weekday: int) -> Meaning:
    """That day of this week; where it has passed, today."""
    return lambda _match, now: Moment(now.date() + max(weekday - now.weekday(), 0) * DAY)


def _on_date(match: re.Match[str], now: datetime) -> Moment | None:
    """A day of a month, of the coming one of that name where no year is said."""
    said = match.groupdict()
    month_word = said["month"]
    month = (
        MONTHS.index(month_word.lower()[:3]) + 1
        if month_word[0].lower() in _LETTERS
        else number_of(month_word)
    )
    day = number_of(said["day"])
    years = [int(said["year"])] if said.get("year") else [now.year, now.year + 1]
    return next(filter(None, (_real(year, month, day, now) for year in years)), None)


def _on_slashed(match: re.Match[str], now: datetime) -> Moment | None:
    """Month and day where reader or text are Chinese, otherwise day and month; the other way where it must be."""
    said = match.groupdict()
    first, second = int(said["first"]), int(said["second"])
    is_chinese = (get_language() or "").startswith("zh") or any(letter > "\u2e80" for letter in match.string)
    pairs = [(first, second), (second, first)] if is_chinese else [(second, first), (first, second)]
    month, day = next((pair for pair in pairs if pair[0] <= MOST_MONTHS), pairs[0])
    years = [int(said["year"])] if said.get("year") else [now.year, now.year + 1]
    return next(filter(None, (_real(year, month, day, now) for year in years)), None)


def _on_day(months: int | None) -> Meaning:
    """That day of this month, or of the coming one where it has passed; `months` further where they are said."""

    def meaning(match: re.Match[str], now: datetime) -> Moment | None:
        day = number_of(match["day"])
        for further in (0, 1) if months is None else (months,):
            first = _months_on(now.date().replace(day=1), further)
            if found := _real(first.year, first.month, day, now):
                return found
        return None

    return meaning


def _real(year: int, month: int, day: int, now: datetime) -> Moment | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Moment(found) if found >= now.date() else None


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _rules() -> Iterator[tuple[str, Meaning]]:
    yield rf"{_FROM}(?:today|eod|end of (?:the )?day){_TO}", _in_days(0)
    yield rf"{_FROM}tonight{_TO}", _in_part(0, EVENING)
    yield rf"{_FROM}this morning{_TO}", _in_part(0, MORNING)
    yield rf"{_FROM}this afternoon{_TO}", _in_part(0, AFTERNOON)
    yield rf"{_FROM}this evening{_TO}", _in_part(0, EVENING)
    yield rf"{_FROM}(?:tomorrow|tomorow|tmr|tmrw|tmw){_TO}", _in_days(1)
    yield rf"{_FROM}(?:the )?day after tomorrow{_TO}", _in_days(2)
    yield rf"{_FROM}(?:(this|next|coming)\s+)?{_WEEKDAY}{_TO}", _weekday
    yield rf"{_FROM}{_WEEKDAY}\s+next week{_TO}", _weekday_of_next_week
    count = rf"(\d{{1,3}}|an?|{'|'.join(NUMBER_WORDS)})"
    unit = r"(min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?)"
    yield rf"(?<![A-Za-z0-9])(?:with)?in\s+{count}\s+{unit}{_TO}", _from_now
    yield rf"(?<![A-Za-z0-9]){count}\s+{unit}\s+from\s+now{_TO}", _from_now
    yield rf"{_FROM}next week{_TO}", _next_week
    yield rf"{_FROM}next month{_TO}", _next_month
    yield rf"{_FROM}(?:eow|(?:the )?end of (?:the |this )?week){_TO}", _in_week(4)
    yield rf"{_FROM}(?:the |this )?weekend{_TO}", _in_week(5)
    yield rf"{_FROM}(?:eom|(?:the )?end of (?:the |this )?month){_TO}", _month_end(0)
    yield rf"{_FROM}(?:the )?end of next month{_TO}", _month_end(1)
    yield rf"{_FROM}(?:eoy|(?:the )?end of (?:the |this )?year){_TO}", _year_end
    th, year = r"(?:st|nd|rd|th)?", r"(?:,?\s+(?P<year>20\d\d))?"
    month = f"(?P<month>{_MONTH})"
    yield rf"{_FROM}(?:the )?(?P<day>\d{{1,2}}){th}(?:\s+of)?\s+{month}{year}{_TO}", _on_date
    yield rf"{_FROM}{month}\s+(?P<day>\d{{1,2}}){th}{year}{_TO}", _on_date
    yield rf"{_FROM}the\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th){_TO}", _on_day(None)
    yield (
        rf"(?<!version ){_FROM}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.(?:\s?(?P<year>20\d\d))?(?![\w.])",
        _on_date,
    )
    # A fraction, or 24/7, stands in a sentence; a day is asked for, or ends the line but for a time.
    slashed = r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>20\d\d))?(?![A-Za-z0-9_/.%-])"
    ends = rf"(?=\s*(?:$|\0|(?:at\s+)?\d{{1,2}}\s*(?:[:：点时]|[ap]\.?m)|{_PERIOD}))"
    yield rf"(?<![\w./-])(?!24/7){slashed}{ends}", _on_slashed
    yield (
        rf"(?:(?<![A-Za-z])(?:due|by|on|until|till|before)\s+|截止到?\s*|最迟\s*){slashed}{_BIS}",
        _on_slashed,
    )
    yield rf"(?<![\w./-]){slashed}\s*(?:之前|以前|前)", _on_slashed
    yield from _chinese_rules()


def _chinese_rules() -> Iterator[tuple[str, Meaning]]:
    for days, words in enumerate((("今天", "今日", "今儿"), ("明天", "明日", "明儿"), ("后天", "后日"))):
        yield rf"{_VON}(?:{'|'.join(words)}){_BIS}", _in_days(days)
    yield rf"{_VON}大后天{_BIS}", _in_days(3)
    for days, head in enumerate(("今", "明")):
        yield f"{_VON}{head}(?:早上?)", _in_part(days, MORNING)
        yield f"{_VON}{head}(?:晚上?|夜)", _in_part(days, EVENING)
    yield rf"{_VON}(本|这|下下|下)?个?(?:周|星期|礼拜)([一二三四五六日天末]){_BIS}", _weekday
    after = r"(?:之后|以后|后|之内|以内|内)"
    units = "分钟|个?小时|个?钟头|天|日|周|个?星期|个?礼拜|个月"
    yield rf"({_N}|半)({units}){after}", _from_now
    yield r"(半)个?(小时|钟头)(?:之后|以后|后|之内|内)", _from_now
    yield rf"{_VON}下个?(?:周|星期|礼拜){_BIS}", _next_week
    yield rf"{_VON}下个?月{_BIS}", _next_month
    yield rf"{_VON}(?:本周|这周|周)内", _in_week(6)
    yield rf"{_VON}(?:本月|这个月|月)(?:底|末|内){_BIS}", _month_end(0)
    yield rf"{_VON}下个?月(?:底|末){_BIS}", _month_end(1)
    yield rf"{_VON}(?:今年|年)底{_BIS}", _year_end
    full = rf"(?:(?P<year>20\d\d)\s*年)?\s*(?P<month>{_N})\s*月\s*(?P<day>{_N})\s*[日号]"
    yield rf"{_VON}{full}{_BIS}", _on_date
    yield rf"{_VON}下个?月\s*(?P<day>{_N})\s*[日号]{_BIS}", _on_day(1)
    yield rf"{_VON}(?:本月|这个月)\s*(?P<day>{_N})\s*[日号]{_BIS}", _on_day(0)
    yield (
        rf"{_VON}(?<![\d月零〇一二两三四五六七八九十])(?P<day>{_N})\s*号(?![线楼店门机柜库仓桌]){_BIS}",
        _on_day(None),
    )
    numbers = r"(?P<year>20\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    yield rf"{_VON}(?<![\w./-]){numbers}(?![\d./-]){_BIS}", _on_date


_DAYS: Final = [(re.compile(expression, re.IGNORECASE), meaning) for expression, meaning in _rules()]
_PERIOD_AFTER: Final = re.compile(
    rf"\s*(?:的|in the )?({_PERIOD}|morning|afternoon|evening|night)(?![a-z])", re.IGNORECASE
)
_AT = r"(?<![A-Za-z0-9.:/\-])(?:(?:at|by|before|until|till)\s+)?"
_CLOCKS: Final = [
    re.compile(expression, re.IGNORECASE)
    for expression in (
        rf"{_AT}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?\s*(?P<half>am|pm|a\.m\.?|p\.m\.?){_TO}",
        rf"(?:(?P<period>{_PERIOD})\s*|{_AT})(?P<exact>(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}}))(?![\d:]){_BIS}",
        r"(?<![A-Za-z0-9])at\s+(?P<hour>\d{1,2})(?:\s*o'?clock)?(?=\s*(?:$|[,，;；\0]))",
        rf"(?P<period>{_PERIOD})?\s*(?<![\d.])(?P<hour>{_N})\s*(?:点钟?|时)"
        rf"(?:(?P<quarter>半|一刻|三刻)|(?P<minute>{_N})分?)?{_BIS}",
    )
]
_NOON: Final = re.compile(rf"(?:{_AT}(?:noon|midday){_TO}|中午(?!\s*{_N}\s*[点时:：]))", re.IGNORECASE)
