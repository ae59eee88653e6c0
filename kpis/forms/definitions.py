"""A KPI and how it is computed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.editing import EditForm
from common.forms import LARGEST_VERSION
from kpis.choices import PAIRED, Aggregate, Direction, Unit
from kpis.forms.fields import DayInput, PlainNumberField
from kpis.forms.metrics import KeyField
from kpis.models import Kpi, KpiDefinition
from kpis.selectors import metrics
from kpis.services import Definition
from people.forms.picking import PeoplePicker
from people.models import Membership
from people.selectors import assignable_members

FROM_TODAY, FROM_BEGINNING, FROM_DAY = "today", "beginning", "day"
STARTS = [
    (FROM_TODAY, gettext_lazy("from today on: everything published stays as it is")),
    (FROM_BEGINNING, gettext_lazy("from the beginning: all past values are shown as newly computed")),
    (FROM_DAY, gettext_lazy("for periods that end from this day on:")),
]
# Which fields belong to which aggregates; the others are neither shown nor read.
PARTS: dict[str, Sequence[Aggregate]] = {
    "metric": [each for each in Aggregate if each != Aggregate.FORMULA],
    "label": [each for each in Aggregate if each != Aggregate.FORMULA],
    "denominator": PAIRED,
    "denominator_label": PAIRED,
    "least_score": (Aggregate.SHARE,),
    "most_score": (Aggregate.SHARE,),
    "scale": [each for each in Aggregate if each != Aggregate.FORMULA],
    "formula": (Aggregate.FORMULA,),
}
OF_KPI = ("name_en", "name_zh", "description", "unit", "direction", "owner", "minimum_n")


class KpiForm(EditForm):
    """What a KPI is and how it is computed; with `defined`, its present state to start from."""

    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=200, required=False)
    key = KeyField()
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Unit.choices)
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=Direction.choices)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        widget=PeoplePicker,
    )
    minimum_n = forms.IntegerField(
        label=gettext_lazy("Smallest n judged"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        help_text=gettext_lazy("With fewer data points the status says so instead of judging."),
    )
    aggregate = forms.ChoiceField(label=gettext_lazy("Aggregate"), choices=Aggregate.choices)
    metric = forms.ChoiceField(label=gettext_lazy("Metric"), required=False)
    label = forms.CharField(label=gettext_lazy("Only with the label"), max_length=100, required=False)
    denominator = forms.ChoiceField(label=gettext_lazy("Divided by"), required=False)
    denominator_label = forms.CharField(
        label=gettext_lazy("Divided by only with the label"), max_length=100, required=False
    )
    least_score = forms.IntegerField(
        label=gettext_lazy("Lowest score that counts"), min_value=0, max_value=10, required=False
    )
    most_score = forms.IntegerField(
        label=gettext_lazy("Highest score that counts"),
        min_value=0,
        max_value=10,
        required=False,
        help_text=gettext_lazy("Empty: all above the lowest one."),
    )
    formula = forms.CharField(
        label=gettext_lazy("Formula"),
        required=False,
        max_length=2_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "KPIs by their key, numbers, + − * / and min, max, coalesce, safe_div, abs, round."
        ),
    )
    scale = PlainNumberField(
        label=gettext_lazy("Times"),
        required=False,
        initial=Decimal(1),
        help_text=gettext_lazy("100 for a share in percent, 1000 for a rate per 1,000."),
    )
    matures_after_days = forms.IntegerField(
        label=gettext_lazy("Told after days"),
        min_value=0,
        max_value=730,
        initial=0,
        required=False,
        help_text=gettext_lazy(
            "How long after its end a period can still change by itself; until then it shows no value."
        ),
    )
    starts = forms.ChoiceField(
        label=gettext_lazy("Applies"), choices=STARTS, widget=forms.RadioSelect, initial=FROM_TODAY
    )
    applies_from = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Membership,
        today: date,
        kpi: Kpi | None = None,
        newest: KpiDefinition | None = None,
    ) -> None:
        self.today, self.kpi, self.newest = today, kpi, newest
        super().__init__(data, initial=_initial(kpi, newest))
        choices = [("", "–"), *((each.key, f"{each.name} ({each.key})") for each in metrics(actor))]
        for name in ("metric", "denominator"):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        self.fields["owner"].queryset = assignable_members(actor)  # type: ignore[attr-defined] # a ModelChoiceField
        for name in ("key",) if kpi else ("starts", "applies_from"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What the form says; a day only where it is asked for."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("starts") == FROM_DAY and not cleaned.get("applies_from"):
            self.add_error("applies_from", _("Choose the day."))
        return cleaned

    @property
    def of_kpi(self) -> dict[str, Any]:
        """What the KPI is."""
        return {name: self.cleaned_data[name] for name in OF_KPI}

    @property
    def definition(self) -> Definition:
        """How it is computed; fields that do not belong to the aggregate are left out."""
        typed, aggregate = self.cleaned_data, Aggregate(self.cleaned_data["aggregate"])

        def part(name: str, without: Any) -> Any:
            said = typed[name] if aggregate in PARTS[name] else None
            return without if said in (None, "") else said

        return Definition(
            aggregate=aggregate,
            metric=part("metric", ""),
            denominator=part("denominator", ""),
            scale=part("scale", Decimal(1)),
            least_score=part("least_score", None),
            most_score=part("most_score", None),
            label=part("label", ""),
            denominator_label=part("denominator_label", ""),
            formula=part("formula", ""),
            matures_after_days=typed["matures_after_days"] or 0,
            applies_from=self._applies_from(),
        )

    @property
    def redefines(self) -> bool:
        """Whether it is computed otherwise than now; from when on alone changes nothing."""
        if self.newest is None:
            return True
        return replace(self.definition, applies_from=None) != stored_definition(self.newest)

    @property
    def caret(self) -> str:
        """The formula with a caret under the column that its error names; empty where there is none."""
        pattern = re.escape(_("Column %(column)s: %(sentence)s"))
        for name, matched in (("column", r"(\d+)"), ("sentence", ".*")):
            pattern = pattern.replace(re.escape(f"%({name})s"), matched)
        found = next(
            filter(None, (re.match(pattern, str(each)) for each in self.errors.get("formula", []))), None
        )
        return caret_under(self.data.get("formula", ""), int(found[1])) if found else ""

    def _applies_from(self) -> date | None:
        chosen = self.cleaned_data.get("starts")
        if chosen == FROM_TODAY:
            return self.today
        day: date | None = self.cleaned_data.get("applies_from")
        return day if chosen == FROM_DAY else None


def stored_definition(stored: KpiDefinition) -> Definition:
    """A stored version as it would be typed, whenever it applies."""
    return Definition(
        aggregate=Aggregate(stored.aggregate),
        metric=stored.metric.key if stored.metric else "",
        denominator=stored.denominator.key if stored.denominator else "",
        scale=stored.scale,
        least_score=stored.least_score,
        most_score=stored.most_score,
        label=stored.label,
        denominator_label=stored.denominator_label,
        formula=stored.formula,
        matures_after_days=stored.matures_after_days,
    )


def caret_under(text: str, column: int) -> str:
    """The line of the text that holds the column (from 1, in characters), and a caret below it."""
    before = text[: column - 1]
    start = before.rfind("\n") + 1
    end = text.find("\n", start)
    line = text[start:] if end < 0 else text[start:end]
    # Full-width characters take two cells of a code face.
    width = sum(2 if ord(character) > 0x2E7F else 1 for character in before[start:])
    return f"{line.rstrip(chr(13))}\n{' ' * width}^"


def _initial(kpi: Kpi | None, newest: KpiDefinition | None) -> dict[str, Any]:
    if kpi is None or newest is None:
        return {}
    stored = stored_definition(newest)
    fields = {name: getattr(stored, name) for name in (*PARTS, "aggregate", "matures_after_days")}
    return {
        **fields,
        **{name: getattr(kpi, name) for name in OF_KPI},
        "owner": kpi.owner_id,
        "version": kpi.version,
    }
