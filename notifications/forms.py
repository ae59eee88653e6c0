"""The shape of what people type on the notifications pages."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from activity.registry import NOUNS, Noun
from common.editing import EditForm
from common.errors import InvalidInput
from common.forms import LARGEST_VERSION, RefusableForm
from common.outbound import check_url
from notifications.channels.addresses import EXAMPLES
from notifications.choices import CHOSEN_RULES, POSTABLE, Channel, ChatKind, Rule, State
from notifications.models import ReminderRule
from notifications.selectors.timing import Wishes
from notifications.services.preferences import allowed_timings
from notifications.services.webhooks.planning import PING, event_types, patterns
from people.choices import Language
from tasks.workdays import NOWHERE, Workdays, countries

WEEKDAYS: Final = [
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
]
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class PreferencesForm(RefusableForm):
    """What a person is told, in a table of rules and channels, and at which hours."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=CLOCK)
    digest_hour = forms.TypedChoiceField(label=_("Hour of the daily message"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, wishes: Wishes, organization_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = [each for each in Channel if each != Channel.CHAT or wishes.has_chat]
        own = _("The organization's (%(zone)s)") % {"zone": organization_zone}
        zones: Any = [("", own), *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()))]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined] # of a ChoiceField
        for rule in CHOSEN_RULES:
            for channel in self.channels:
                choices = [(each.value, each.label) for each in allowed_timings(rule, channel)]
                label = f"{rule.label}: {channel.label}"
                self.fields[f"{rule}:{channel}"] = forms.ChoiceField(
                    label=label,
                    choices=choices,
                    initial=wishes.timing(rule, channel).value,
                    widget=forms.Select(attrs={"class": "control", "data-size": "small"}),
                )
        self.order_fields([name for name in self.fields if ":" in name])

    def table(self) -> list[tuple[Rule, list[tuple[Channel, forms.BoundField]]]]:
        """A row per rule with its field of each channel."""
        return [
            (rule, [(channel, self[f"{rule}:{channel}"]) for channel in self.channels])
            for rule in CHOSEN_RULES
        ]

    def timings(self) -> dict[tuple[str, str], str]:
        """What was chosen, by rule and channel."""
        return {
            (rule, channel): self.cleaned_data[f"{rule}:{channel}"]
            for rule in CHOSEN_RULES
            for channel in self.channels
        }


class SnoozeForm(RefusableForm):
    """When to be reminded again: a choice of mornings on working days."""

    until = forms.ChoiceField(label=_("Remind me"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, zone: ZoneInfo, workdays: Workdays, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now().astimezone(zone)
        mornings = [
            (_("on the next working day"), workdays.add(now.date(), 1)),
            (_("in three working days"), workdays.add(now.date(), 3)),
            (_("in a week"), workdays.first_from(now.date() + timedelta(days=7))),
            (_("in four weeks"), workdays.first_from(now.date() + timedelta(days=28))),
        ]
        self._moments = {str(day): datetime.combine(day, time(9), tzinfo=zone) for _words, day in mornings}
        choices: Any = [("hour", _("in an hour")), *((str(day), words) for words, day in mornings)]
        self._moments["hour"] = now + timedelta(hours=1)
        self.fields["until"].choices = choices  # type: ignore[attr-defined] # of a ChoiceField
        self.fields["until"].initial = choices[1][0]

    @property
    def moment(self) -> datetime:
        """The moment that was chosen."""
        return self._moments[self.cleaned_data["until"]]


class RoomForm(RefusableForm):
    """A new chat room, or changes of one: then its service stays and the address may be left out."""

    kind = forms.ChoiceField(label=_("Service"), choices=ChatKind.choices)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=1_000,
        help_text=_("As the service shows it for a robot or an incoming webhook. Stored encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        help_text=_("DingTalk and Feishu only, where the robot asks for signatures."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    rules = forms.MultipleChoiceField(
        label=_("Post there"),
        choices=[(rule.value, rule.label) for rule in POSTABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("The organization's")), *Language.choices], required=False
    )
    is_enabled = forms.BooleanField(label=_("Post to this channel"), required=False, initial=True)

    def __init__(self, *args: Any, is_own: bool = False, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unneeded = {"rules", "language", "name"} if is_own else set()
        unneeded |= {"is_enabled"} if is_new else {"kind"}
        for name in unneeded:
            del self.fields[name]
        if not is_new:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("Leave it empty to keep the present one.")

    @property
    def examples(self) -> list[tuple[str, str]]:
        """What the addresses of each service look like."""
        return [(str(ChatKind(kind).label), address) for kind, address in EXAMPLES.items()]


class DeliveryFilterForm(forms.Form):
    """What of the delivery log is shown."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *State.choices], required=False)
    channel = forms.ChoiceField(label=_("Where"), choices=[("", _("All")), *Channel.choices], required=False)
    rule = forms.ChoiceField(label=_("Why"), choices=[("", _("All")), *Rule.choices], required=False)

    def wanted(self) -> dict[str, str]:
        """The filters that say something; unknown values say nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReminderRuleForm(RefusableForm):
    """One reminder rule."""

    is_enabled = forms.BooleanField(label=_("On"), required=False)
    lead = forms.IntegerField(min_value=0, max_value=60)
    repeat_every = forms.IntegerField(min_value=0, max_value=60)
    escalate_after = forms.IntegerField(min_value=0, max_value=60, required=False)
    at_hour = forms.TypedChoiceField(label=_("At"), choices=HOURS, coerce=int)

    # Which numbers mean something for which kind, and how they read.
    LABELS: Final[dict[str, dict[str, Any]]] = {
        Rule.REVIEW_DUE: {
            "lead": _("Working days before"),
            "repeat_every": _("Again every … working days (0: never)"),
            "escalate_after": _("Tell the lead after … working days"),
        },
        Rule.CHECK_IN_DUE: {"lead": _("After … working days without a check-in")},
        Rule.TASK_DUE: {"lead": _("Working days before")},
        Rule.TASK_OVERDUE: {
            "repeat_every": _("Again every … working days (0: never)"),
            "escalate_after": _("Tell the lead after … working days"),
        },
        Rule.SLA_AT_RISK: {"lead": _("Hours before")},
        Rule.SLA_BREACHED: {"escalate_after": _("Tell the lead after … hours")},
        Rule.WEEKLY_REPORT: {"lead": _("Working days after the first of the week")},
    }

    def __init__(self, data: Any = None, *, rule: ReminderRule) -> None:
        super().__init__(
            data, prefix=rule.kind, initial={name: getattr(rule, name) for name in self.base_fields}
        )
        self.rule = rule
        labels = self.LABELS[rule.kind]
        for name in ("lead", "repeat_every", "escalate_after"):
            if name in labels:
                self.fields[name].label = labels[name]
            else:
                del self.fields[name]
        if rule.kind in (Rule.SLA_AT_RISK, Rule.SLA_BREACHED):
            del self.fields["at_hour"]

    @property
    def title(self) -> str:
        """The kind in words."""
        return str(Rule(self.rule.kind).label)

    def numbers(self) -> list[forms.BoundField]:
        """The fields besides the switch."""
        return [self[name] for name in self.fields if name != "is_enabled"]


class WorkCalendarForm(RefusableForm):
    """On which days the organization works."""

    country = forms.ChoiceField(label=_("Public holidays of"))
    subdivision = forms.CharField(
        label=_("Region"),
        max_length=10,
        required=False,
        help_text=_("Its short code, such as BY for Bavaria."),
    )
    rest_days = forms.MultipleChoiceField(
        label=_("Days of rest"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Locale.parse(to_locale(get_language() or "en")).territories
        named = sorted(((code, names.get(code, name)) for code, name in countries()), key=itemgetter(1))
        choices: Any = [(NOWHERE, _("none")), *named]
        self.fields["country"].choices = choices  # type: ignore[attr-defined] # of a ChoiceField


class SpecialDayForm(RefusableForm):
    """A day that differs from the calendar."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    is_working = forms.BooleanField(label=_("We work on this day"), required=False)


class WebhookForm(EditForm):
    """Where events are sent, and which."""

    url = forms.CharField(
        label=_("Address"),
        max_length=1_000,
        help_text=_("An https address that takes a POST. Redirects are not followed."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=200,
        required=False,
        help_text=_("What listens there, and who looks after it."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Events"), error_messages={"required": _("Choose at least one event.")}
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(pattern, pattern) for pattern in sorted(patterns())]
        self.fields["event_types"].choices = choices  # type: ignore[attr-defined] # of a choice field

    def clean_url(self) -> str:
        """Refuses what the service would refuse, together with what else is wrong."""
        url: str = self.cleaned_data["url"]
        try:
            check_url(url)
        except InvalidInput as refused:
            raise forms.ValidationError([str(each) for each in refused.fields["url"]]) from refused
        return url

    def event_groups(self) -> list["EventGroup"]:
        """The picker: what can be asked for of each noun, and what is."""
        chosen = set(self["event_types"].value() or ())
        return [EventGroup.of(noun, chosen) for noun in NOUNS]

    def wants_everything(self) -> bool:
        """Whether `*` is chosen."""
        return "*" in (self["event_types"].value() or ())


@dataclass(frozen=True, slots=True)
class EventGroup:
    """The events of one noun in the picker: the pattern for all of them, then each, with its words, and if chosen."""

    label: str
    pattern: str
    has_all: bool
    events: list[tuple[str, str, bool]]

    @classmethod
    def of(cls, noun: Noun, chosen: set[str]) -> "EventGroup":
        """The group of a noun."""
        verbs = [(f"{noun.name}.{verb}", str(label)) for verb, label in noun.verbs.items()]
        offered = [(verb, label, verb in chosen) for verb, label in verbs if verb != PING]
        return cls(str(noun.label), f"{noun.name}.*", f"{noun.name}.*" in chosen, offered)

    @property
    def chosen(self) -> int:
        """How many of them are asked for."""
        return (
            len(self.events) if self.has_all else sum(is_chosen for _verb, _label, is_chosen in self.events)
        )


class WebhookLogForm(forms.Form):
    """What of a webhook's log is shown."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *State.choices], required=False)
    verb = forms.ChoiceField(label=_("Event"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [("", _("All")), *((verb, verb) for verb in sorted({*event_types(), PING}))]
        self.fields["verb"].choices = choices  # type: ignore[attr-defined] # of a choice field

    def wanted(self) -> dict[str, str]:
        """The filters that say something; unknown values say nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReplayForm(RefusableForm):
    """From when on everything that did not arrive is sent again."""

    since = forms.DateTimeField(
        label=_("Since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def was_posted(request: HttpRequest) -> Any:
    """The form's data, or None for a page that is only read."""
    return request.POST if request.method == "POST" else None
