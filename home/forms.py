"""The shape of what people type on the home pages."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from kpis.choices import SignalEnding
from kpis.library import SHIPPED_KPIS, KpiSpec
from kpis.library.themes import THEMES, USES
from kpis.models import Kpi
from people.choices import Language
from people.models import Membership, User

# What feeds a KPI, by the beginning of its metric's key; computed from others and pushed ones come last.


def _time_zones() -> list[tuple[str, str]]:
    """Zones named by a place, as people know them; `Etc/GMT+8` and its like are not among them."""
    named = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(named))]


class SetupForm(forms.Form):
    """The first organization and its administrator."""

    name = forms.CharField(label=_("Name of your organization"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_time_zones,
        initial="Asia/Shanghai",
        help_text=_("It decides which day a number belongs to."),
    )
    admin_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters; not only digits, and not a common password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses a password that is easy to guess."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), name=cleaned.get("admin_name", ""))
            try:
                validate_password(cleaned["password"], user=person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class SignalFilter(forms.Form):
    """Which signals to list: the open ones, where nothing is asked."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("To be decided")), ("all", _("All"))], required=False
    )
    owner = forms.ChoiceField(
        label=_("Owner"), choices=[("", _("Everybody")), ("me", _("Me"))], required=False
    )
    kpi = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput())

    @property
    def asked(self) -> dict[str, str]:
        """What the address says, without what it cannot say."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class CommentForm(forms.Form):
    """A word on what one is going to do."""

    comment = forms.CharField(
        label=_("Comment"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What you know already, or what you are going to look at."),
    )


class CloseSignalForm(RefusableForm):
    """How a signal ended."""

    ending = forms.TypedChoiceField(
        label=_("What became of it"),
        choices=[("", _("Choose")), *SignalEnding.choices],
        coerce=SignalEnding,
        empty_value=None,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class TilesForm(forms.Form):
    """Which KPIs stand on a board, in their order, and how that is changed: `up:12`, `down:12`, `off:12`, `reset`."""

    kpi = forms.TypedMultipleChoiceField(coerce=int, required=False)
    add = forms.IntegerField(required=False)
    team = forms.IntegerField(required=False)
    change = forms.RegexField(r"^((up|down|off):\d{1,18}|add|reset)$")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Any number: the service leaves unknown ones out.
        self.fields["kpi"].valid_value = lambda value: str(value).isdecimal()  # type: ignore[attr-defined]

    @property
    def order(self) -> list[int]:
        """The KPIs after the change; empty for the usual ones."""
        ids: list[int] = list(self.cleaned_data["kpi"])
        change, _sep, named = str(self.cleaned_data["change"]).partition(":")
        if change == "reset":
            return []
        if change == "add":
            return [*ids, *filter(None, [self.cleaned_data["add"]])]
        return _moved(ids, int(named), {"up": -1, "down": 1}.get(change))


def _moved(ids: list[int], kpi_id: int, step: int | None) -> list[int]:
    """The list with one of its members moved by a step, or taken out without one."""
    if kpi_id not in ids:
        return ids
    place = ids.index(kpi_id)
    rest = [each for each in ids if each != kpi_id]
    if step is not None:
        rest.insert(min(max(place + step, 0), len(rest)), kpi_id)
    return rest


class SeenForm(forms.Form):
    """Up to which event somebody has read what changed."""

    event = forms.IntegerField(min_value=1)


@dataclass(frozen=True, slots=True)
class KpiTemplate:
    """A KPI that ships with opsteam, as one chooses it; `owner` looks after it already."""

    key: str
    name: str
    use: str
    unit: str
    target: Decimal
    owner: str


class ChooseKpisForm(RefusableForm):
    """Some of the KPIs that ship with opsteam; of those offered, only what holds the `words` and what is ticked."""

    keys = forms.MultipleChoiceField(
        label=_("KPIs"),
        choices=[(spec.key, spec.key) for spec in SHIPPED_KPIS],
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, actor: Membership, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        found = Kpi.objects.visible_to(actor).filter(archived_at=None).select_related("owner__user")
        self._known = {kpi.key: kpi for kpi in found}

    @property
    def groups(self) -> list[tuple[Promise | str, list[KpiTemplate]]]:
        """Those offered, by theme; what is recommended to begin with comes first."""
        specs = {spec.key: spec for spec in SHIPPED_KPIS}
        found = [
            (label, [self._template(specs[key]) for key in keys if self._is_offered(specs[key])])
            for label, keys in THEMES
        ]
        return [(label, templates) for label, templates in found if templates]

    @property
    def chosen(self) -> list[str]:
        """The keys that are ticked."""
        return list(self["keys"].value() or [])

    def _template(self, spec: KpiSpec) -> KpiTemplate:
        kpi = self._known.get(spec.key)
        is_chinese = (get_language() or "en").startswith("zh")
        name = kpi.name if kpi else spec.name_zh if is_chinese else spec.name_en
        owner = kpi.owner.user.name if kpi and kpi.owner else ""
        return KpiTemplate(spec.key, name, str(USES[spec.key]), spec.unit, Decimal(spec.target), owner)

    def _is_offered(self, spec: KpiSpec) -> bool:
        said = (spec.key, spec.name_en, spec.name_zh, str(USES[spec.key]), str(spec.formula))
        text = " ".join(said).casefold()
        return spec.key in self.chosen or all(word in text for word in self.words.casefold().split())
