"""What the pages of goals take."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.editing import Difference, EditForm
from common.errors import InvalidInput
from common.forms import LARGEST_VERSION, RefusableForm
from goals.choices import Confidence, Kind, Source, Status
from goals.models import Goal, KeyResult
from goals.permissions import can_set_goals_of_others
from goals.selectors import goal_list
from goals.services import KeyResultInput
from goals.services.reviewing import NOTE_LIMIT
from kpis.choices import Unit
from kpis.forms.fields import DurationField, duration_words
from kpis.models import Kpi
from people.forms.picking import PeoplePicker
from people.models import Membership
from people.selectors import assignable_members, teams

DESCRIPTION_LIMIT = 20_000
LINKS = ("owner", "team", "parent")
DATE: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
VALUE: dict[str, Any] = {"max_digits": 24, "decimal_places": 6}
VALUES = ("start_value", "target_value", "manual_value")
ROWS = "key_results"
_NUMBER = forms.DecimalField(required=False, **VALUE)
MOST_ROWS, MOST_POSTED = 20, 25


class GoalForm(EditForm):
    """A goal to set, or to edit with the version it was read at."""

    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    description = forms.CharField(
        label=_("What will be different, and why"),
        max_length=DESCRIPTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    starts_on = forms.DateField(label=_("Starts"), **DATE)
    ends_on = forms.DateField(label=_("Ends"), **DATE)
    review_every_days = forms.IntegerField(
        label=_("Days between reviews"), min_value=1, max_value=366, initial=14
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Kind.choices,
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=Membership.objects.none(), empty_label=None, widget=PeoplePicker
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Membership.objects.none(), required=False, empty_label=_("No team")
    )
    parent = forms.ModelChoiceField(
        label=_("Serves the goal"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("No goal"),
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, actor: Membership, goal: Goal | None = None, **kwargs: Any) -> None:
        if goal is not None:
            kwargs["initial"] = {
                **{name: getattr(goal, name) for name in self.base_fields if name not in LINKS},
                **{name: getattr(goal, f"{name}_id") for name in LINKS},
            }
        super().__init__(*args, **kwargs)
        owners = assignable_members(actor)
        if not can_set_goals_of_others(actor):
            owners = owners.filter(pk=actor.pk)
        present = Q(pk=goal.parent_id) if goal and goal.parent_id else Q(pk__in=[])
        parents = goal_list(actor).filter(Q(status=Status.ACTIVE) | present)
        self._choose("owner", owners)
        self._choose("team", teams(actor))
        if goal is not None:
            parents = parents.exclude(pk=goal.pk)
        self._choose("parent", parents.order_by("ends_on", "id"))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined] # every name is a ModelChoiceField

    def values(self) -> dict[str, Any]:
        """The cleaned input in the words of the services, without the version."""
        return {
            f"{name}_id" if name in LINKS else name: value.pk if name in LINKS and value else value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class KeyResultForm(EditForm):
    """One key result of a goal."""

    id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("Measured by"), choices=Source.choices, initial=Source.KPI)
    kpi = forms.ModelChoiceField(
        label=_("KPI"), queryset=Kpi.objects.none(), required=False, empty_label=_("No KPI")
    )
    start_value = forms.CharField(label=_("Start"), max_length=40)
    target_value = forms.CharField(label=_("Target"), max_length=40)
    manual_value = forms.CharField(label=_("Current, where entered by hand"), max_length=40, required=False)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)

    def __init__(self, *args: Any, kpis: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"].queryset = kpis  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["kpi"].choices = [("", _("No KPI")), *((kpi.pk, kpi.name) for kpi in kpis)]  # type: ignore[attr-defined]

    def _compared(self) -> list[str]:
        return [name for name in super()._compared() if name not in ("id", "DELETE")]

    def clean(self) -> dict[str, Any]:
        """The values are numbers, and durations where the chosen KPI is one."""
        given = super().clean() or self.cleaned_data
        kpi = given.get("kpi") if given.get("source") == Source.KPI else None
        field = DurationField(required=False) if kpi and kpi.unit == Unit.SECONDS else _NUMBER
        for name in VALUES:
            try:
                given[name] = field.clean(given.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return given

    def wanted(self) -> KeyResultInput:
        """The cleaned input in the words of the services."""
        given = dict(self.cleaned_data)
        given.pop("DELETE", None)
        kpi = given.pop("kpi")
        return KeyResultInput(kpi_id=kpi.pk if kpi and given["source"] == Source.KPI else None, **given)


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[KeyResultForm]
else:
    _FormSet = forms.BaseFormSet  # generic only for the type checker


class _KeyResultFormSet(_FormSet):
    """The key results of one goal: those it has, and empty ones to fill in."""

    def wanted(self) -> list[KeyResultInput]:
        """Every key result that shall be; rows left empty and rows marked for removal are not among them."""
        return [form.wanted() for form in self._kept()]

    def merge(self) -> list[Difference]:
        """As every edited form's, for all rows that are stored, each by its number."""
        return [
            replace(
                each, label=_now("Key result %(number)s: %(field)s") % {"number": number, "field": each.label}
            )
            for number, form in enumerate(self.forms, start=1)
            if form.initial.get("id")
            for each in form.merge()
        ]

    def refuse(self, refused: InvalidInput) -> InvalidInput:
        """Show what a service refuses in key results at their rows; returns what it refuses elsewhere."""
        elsewhere: dict[str, list[Any]] = {}
        for name, sentences in refused.fields.items():
            step, _slash, rest = name.partition("/")
            number, _slash, field = rest.partition("/")
            if step == "key_results":
                form, place = self._kept()[int(number)], field.removesuffix("_id")
                form.add_error(place if place in form.fields else None, [str(each) for each in sentences])
            else:
                elsewhere[name] = list(sentences)
        return InvalidInput(elsewhere)

    def _kept(self) -> list[KeyResultForm]:
        known = self.initial_form_count()
        return [
            form
            for number, form in enumerate(self.forms)
            if form not in self.deleted_forms and (number < known or form.has_changed())
        ]


KeyResultFormSet = forms.formset_factory(
    KeyResultForm,
    formset=_KeyResultFormSet,
    extra=2,
    can_delete=True,
    max_num=MOST_ROWS,
    absolute_max=MOST_POSTED,
    validate_max=True,
)


def initial_key_results(key_results: Iterable[KeyResult]) -> list[dict[str, Any]]:
    """What the formset of an existing goal starts with."""
    names = ("id", "name_en", "name_zh", "source", "weight")
    return [
        {
            **{name: getattr(row, name) for name in names},
            **{name: _as_typed_in(row, getattr(row, name)) for name in VALUES},
            "kpi": row.kpi_id,
        }
        for row in key_results
    ]


def beside_stored(
    given: QueryDict, stored: Sequence[dict[str, Any]]
) -> tuple[QueryDict, list[dict[str, Any]]]:
    """The posted rows and their stored values, in one order; what was stored since is among both.

    So a key result that somebody else added while the page was open stays, and no row is compared with another.
    """
    counts = ManagementForm(given, prefix=ROWS)
    if not counts.is_valid():
        return given, []
    posted: dict[str, Any] = counts.cleaned_data
    known = min(posted[INITIAL_FORM_COUNT], MOST_POSTED)
    by_id = {str(row["id"]): row for row in stored}
    ids = [given.get(f"{ROWS}-{number}-id", "") for number in range(known)]
    added = [row for row_id, row in by_id.items() if row_id not in ids]
    typed = given.copy() if added else given
    if added:
        moved = list(_new_rows(given, known))
        for name, _number, _field in moved:
            del typed[name]
        for name, number, field in moved:
            typed[f"{ROWS}-{number + len(added)}-{field}"] = str(given[name])
        for number, row in enumerate(added, start=known):
            for field, value in row.items():
                typed[f"{ROWS}-{number}-{field}"] = "" if value is None else str(value)
        for count in (INITIAL_FORM_COUNT, TOTAL_FORM_COUNT):
            typed[f"{ROWS}-{count}"] = str(posted[count] + len(added))
    return typed, [*(by_id.get(row_id, {}) for row_id in ids), *added]


def _new_rows(given: QueryDict, known: int) -> Iterable[tuple[str, int, str]]:
    for name in given:
        start, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        if start == ROWS and field and number.isdecimal() and len(number) < 3 and int(number) >= known:
            yield name, int(number), field


def _as_typed_in(row: KeyResult, value: Decimal | None) -> Any:
    if value is not None and row.kpi is not None and row.kpi.unit == Unit.SECONDS:
        return duration_words(value)
    return as_typed(value)


def as_typed(value: Any) -> Any:
    """A number as a person writes it, without the noughts of its column; anything else as it is."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


class CheckInForm(RefusableForm):
    """A check-in, with a new value for each key result that is entered by hand."""

    confidence = forms.ChoiceField(
        label=_("Will it be reached?"), choices=Confidence.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What moved, what is in the way"),
        max_length=NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)

    def __init__(self, *args: Any, key_results: Iterable[KeyResult], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_hand = [row for row in key_results if row.source == Source.MANUAL]
        for row in self.by_hand:
            self.fields[f"value_{row.pk}"] = forms.DecimalField(
                label=row.name, initial=as_typed(row.manual_value), required=False, **VALUE
            )

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The fields of the key results that are entered by hand."""
        return [self[f"value_{row.pk}"] for row in self.by_hand]

    def refuse(self, refused: InvalidInput) -> None:
        """Show a service's refusal at the fields it names."""
        for name, sentences in refused.fields.items():
            field = name.replace("values/", "value_")
            self.add_error(field if field in self.fields else None, [str(each) for each in sentences])

    def values(self) -> dict[int, Any]:
        """The entered values by key result."""
        entered = {row.pk: self.cleaned_data[f"value_{row.pk}"] for row in self.by_hand}
        return {key_result_id: value for key_result_id, value in entered.items() if value is not None}
