"""Small pieces of the pages: icons, pills, sparklines, and values in the reader's words."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Protocol
from zlib import crc32

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

Number = Decimal | float | int


class Band(Protocol):
    """Two values between which others usually lie."""

    @property
    def low(self) -> Number:
        """The lower one."""

    @property
    def high(self) -> Number:
        """The upper one."""


_TONES = {
    "good": ("on_target", "on_pace", "done", "resolved", "final", "high"),
    "warn": ("near", "behind", "waiting", "medium", "pending"),
    "bad": ("off_target", "at_risk", "low", "overdue", "breached"),
    "info": ("in_progress", "new", "open", "active", "acknowledged", "task_opened"),
}
_TONE_OF = {status: tone for tone, statuses in _TONES.items() for status in statuses}
_MESSAGE_TONES = {"error": "bad", "warning": "warn", "success": "good", "info": "info"}
_STATUS_FORM = """\
<form class="status-form" method="post" action="{url}" hx-post="{url}" hx-trigger="change" hx-target="{target}" \
hx-swap="{swap}"{mark}>
  {csrf}<input type="hidden" name="version" value="{version}"><input type="hidden" name="next" value="{here}">{beside}
  <select class="control" data-size="small" name="status" data-tone="{tone}" aria-label="{label}">{options}</select>
  <noscript><button class="button" data-size="small" type="submit">{set}</button></noscript>
</form>"""
_WIDTH, _HEIGHT, _EDGE = 120, 32, 3
_LIMITS = '<path class="sparkline-limits" d="M0 {1}H{0}V{2}H0z"/>'
_TARGET_LINE = '<path class="sparkline-target" d="M0 {}H{}"/>'


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: SafeString, name: str, **arguments: Any) -> SafeString:
    """`templates/components/<name>.html` around what stands between the tags, with these arguments and no others."""
    part = get_template(f"components/{name}.html").template  # type: ignore[attr-defined] # Django's own engine
    rendered: SafeString = part.render(context.new({**arguments, "content": content}))
    return rendered


@register.filter
def initials(name: str) -> str:
    """Two letters for a person: of the first and the last word, or the end of a Chinese name."""
    words = name.split()
    if not words:
        return ""
    if len(words) == 1:
        return words[0][-2:] if words[0] > "\u2e80" else words[0][:1].upper()
    return (words[0][:1] + words[-1][:1]).upper()


@register.filter
def hue(name: str) -> int:
    """One of six colours, always the same for the same name."""
    return crc32(name.encode()) % 6


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: nothing in Chinese, whose full stop brings its own room."""
    return "" if (get_language() or "").startswith("zh") else " "


@register.simple_tag
def comma() -> str:
    """What stands between the names of a list: Chinese has a mark of its own for that."""
    return _(", ")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: the text next to it says the same."""
    return _icon(name, static("vendor/icons.svg"))


@lru_cache(maxsize=512)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', sprite, name
    )


@register.simple_tag
def options(choices: Iterable[tuple[object, object]], chosen: object) -> SafeString:
    """The options of a select, `chosen` among them selected."""
    return _options(tuple((str(value), str(label)) for value, label in choices), str(chosen))


@lru_cache(maxsize=512)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected" if value == chosen else ""), label) for value, label in choices),
    )


@register.simple_tag(takes_context=True)
def status_form(
    context: Context,
    row: Any,
    url: str,
    label: str,
    *,
    place: str = "",
    target: str = "",
    swap: str = "outerHTML",
    beside: str = "",
    is_task: bool = False,
) -> SafeString:
    """The status of a row among the page's `statuses`, sent to `url` as soon as another one is chosen.

    What comes back takes the place of `target`, or of the row's own element, whose id begins with `place`; `beside`
    is a field that says what else is asked for. It stands in every row of long lists, so it is said in code.
    """
    return format_html(
        _STATUS_FORM,
        url=url,
        target=target or f"#{place}-{row.pk}",
        swap=swap,
        mark=SafeString(" data-status") if is_task else "",
        csrf=SafeString(CsrfTokenNode().render(context)),
        version=row.version,
        here=context.get("here", ""),
        beside=format_html('<input type="hidden" name="{}" value="1">', beside) if beside else "",
        tone=tone(row.status),
        label=label,
        options=options(context["statuses"], row.status),
        set=_("Set"),
    )


@register.simple_tag
def pill(text: object, tone: str = "muted") -> SafeString:
    """A status in a coloured pill."""
    return format_html('<span class="pill" data-tone="{}">{}</span>', tone, text)


@register.filter
def tone(status: object) -> str:
    """The tone of a status, a pace or a finality of any app; `muted` where it is neither good nor bad."""
    return _TONE_OF.get(str(status), "muted")


@register.filter
def message_tone(level: str) -> str:
    """The tone of a message's level."""
    return _MESSAGE_TONES.get(level, "info")


@register.filter(expects_localtime=True)
def day(moment: date, form: str = "DATE_FORMAT") -> str:
    """A date as `date` writes it; rows of a list have few different ones."""
    return _day(date(moment.year, moment.month, moment.day), form, get_language())


@lru_cache(maxsize=2048)
def _day(day: date, form: str, _language: str | None) -> str:
    return date_format(day, form)


@register.filter
def number(value: Number | None, places: int | None = None) -> str:
    """With thousands separators; as many decimals as say something where none are asked for."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    if places is None:
        places = 0 if exact == exact.to_integral_value() else 1 if abs(exact) >= 10 else 2
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", "−")


@register.filter
def percent(share: Number | None) -> str:
    """A share from 0 to 1 as whole percents."""
    return "–" if share is None else f"{round(share * 100)}%"


@register.filter
def duration(seconds: Number | None) -> str:
    """Seconds in the two largest fitting units."""
    if seconds is None:
        return "–"
    total = round(seconds)
    sign, total = ("−", -total) if total < 0 else ("", total)
    if total < 60:
        text = _("%(seconds)s s") % {"seconds": total}
    elif total < 3600:
        text = _("%(minutes)s min") % {"minutes": round(total / 60)}
    elif total < 48 * 3600:
        hours, minutes = divmod(round(total / 60), 60)
        words = _("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")
        text = words % {"hours": hours, "minutes": minutes}
    else:
        text = _("%(days)s d") % {"days": number(total / 86400, 1).removesuffix(".0")}
    return sign + text


@register.filter
def kpi_value(value: Number | None, unit: str) -> str:
    """A KPI's value with its unit; `–` where there is none."""
    if value is None:
        return "–"
    if unit == "seconds":
        return duration(value)
    if unit == "percent":
        return f"{number(value, 1)}%"
    if unit == "per_thousand":
        return f"{number(value, 2)}‰"
    if unit in ("currency", "score"):
        return number(value, 2)
    return number(value)


@register.filter
def signed_value(value: Number | None, unit: str) -> str:
    """A change in the KPI's unit, with its sign; percents change by points."""
    if value is None:
        return "–"
    sign, size = ("−", -value) if value < 0 else ("+" if value else "±", value)
    shown = _("%(change)s pts") % {"change": number(size, 1)} if unit == "percent" else kpi_value(size, unit)
    return sign + shown


@register.simple_tag
def sparkline(
    values: Sequence[Number | None],
    label: str = "",
    target: Number | None = None,
    tone: str = "info",
    limits: Band | None = None,
) -> SafeString:
    """A line over equally long periods; gaps where there is no value, a dashed line at the target, a band of limits."""
    if sum(value is not None for value in values) < 2:
        return format_html('<svg class="sparkline" viewBox="0 0 {} {}"></svg>', _WIDTH, _HEIGHT)
    edges = (limits.low, limits.high) if limits else ()
    reach = [float(value) for value in (*values, *edges, target) if value is not None]
    low, high = min(reach), max(reach)

    def height(value: Number) -> float:
        share = (float(value) - low) / (high - low) if high > low else 0.5
        return round(_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE), 1)

    step = (_WIDTH - 2 * _EDGE) / (len(values) - 1)
    points = [
        None if value is None else (round(_EDGE + index * step, 1), height(value))
        for index, value in enumerate(values)
    ]
    return format_html(
        '<svg class="sparkline" data-tone="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" {}>'
        "{}{}{}{}</svg>",
        tone,
        *(_WIDTH, _HEIGHT),
        format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        format_html(_LIMITS, _WIDTH, height(limits.high), height(limits.low)) if limits else "",
        "" if target is None else format_html(_TARGET_LINE, height(target), _WIDTH),
        format_html_join("", '<polyline points="{}"/>', ((run,) for run in _runs(points))),
        _last_dot(points),
    )


def _runs(points: Sequence[tuple[float, float] | None]) -> list[str]:
    """The unbroken stretches of a line, each as the points of one polyline."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(f"{point[0]},{point[1]}")
    return [" ".join(run) for run in runs if run]


def _last_dot(points: Sequence[tuple[float, float] | None]) -> SafeString:
    """A dot at the newest value, drawn as a line of no length so that stretching keeps it round."""
    x, y = next(point for point in reversed(points) if point is not None)
    return format_html('<path class="sparkline-dot" d="M{} {}h0"/>', x, y)


@register.simple_tag
def kpi_change(value: Number | None, previous: Number | None, unit: str, direction: str) -> SafeString:
    """The change against the period before, with an arrow, coloured by whether it is for the better."""
    if value is None or previous is None:
        return SafeString("")
    change = Decimal(str(value)) - Decimal(str(previous))
    if not change:
        tone, arrow = "muted", "minus"
    else:
        tone = "good" if (change > 0) == (direction == "up") else "bad"
        arrow = "arrow-up" if change > 0 else "arrow-down"
    words = {"bad": _("worse than before"), "good": _("better than before"), "muted": _("unchanged")}[tone]
    if change and direction == "between":
        tone, words = "muted", _("changed")
    return format_html(
        '<span class="kpi-change" data-tone="{}">{}{} <span class="visually-hidden">{}</span></span>',
        tone,
        icon(arrow),
        signed_value(change, unit),
        words,
    )
