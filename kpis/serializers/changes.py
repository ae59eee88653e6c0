"""What the API says of facts, notes and changes."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from kpis.choices import ChangeKind, Reason, Unit
from kpis.models import KpiNote
from kpis.selectors import Change, ChangedKpi, FactRow
from people.serializers import Person


class FactOutput(serializers.Serializer[FactRow]):
    """One fact, with the page of the row it came from where it is one of ours."""

    source_key = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    value = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer
    team = serializers.CharField()
    member = serializers.CharField(help_text="Empty where it is told to managers only.")
    url = serializers.CharField(allow_null=True)


class FactsOutput(serializers.Serializer[Any]):
    """The facts behind a number, newest first."""

    unit = serializers.ChoiceField(choices=Unit.choices)
    results = FactOutput(many=True, source="rows")
    next = serializers.CharField(allow_null=True)
    archived = serializers.ListField(
        child=serializers.DateField(), help_text="Months whose facts are in files and not listed."
    )


class NoteOutput(RowOutput[KpiNote]):
    """What a person wrote at a day of a KPI's chart."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    text = serializers.CharField()
    by = Person(allow_null=True)
    created_at = serializers.DateTimeField()


class NoteInput(StrictInput):
    """A note at a day. Unknown fields are refused."""

    day = serializers.DateField()
    text = serializers.CharField(max_length=200)


class ChangedKpiOutput(serializers.Serializer[ChangedKpi]):
    """A KPI whose values of these days are others."""

    key = serializers.CharField()
    first_on = serializers.DateField(allow_null=True, help_text="null: from its first day.")
    last_on = serializers.DateField(allow_null=True, help_text="null: every day from then on.")


class ChangeOutput(serializers.Serializer[Change]):
    """What changed, when and why. `published` concerns all KPIs."""

    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    metric = serializers.CharField(allow_null=True)
    first_on = serializers.DateField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=Reason.choices))
    changed_at = serializers.DateTimeField()
    kpis = ChangedKpiOutput(many=True)


class ChangesOutput(serializers.Serializer[Any]):
    """Changes, oldest first. Keep `cursor` and send it as `after` the next time."""

    results = ChangeOutput(many=True, source="changes")
    cursor = serializers.CharField()
    has_more = serializers.BooleanField()
    published_through = serializers.DateField(
        allow_null=True, help_text="Later days change all the time and are not in this log."
    )
