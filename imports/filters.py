"""How lists of the imports API are narrowed."""

import django_filters
from django import forms

from imports.choices import Kind, State
from imports.models import FileImport


class ImportFilter(django_filters.FilterSet):
    """By kind and state. Unknown values are refused."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    state = django_filters.ChoiceFilter(choices=State.choices)

    class Meta:
        model = FileImport
        fields: list[str] = []


class ReportFilter(forms.Form):
    """Which of the rows that were not stored."""

    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    limit = forms.IntegerField(min_value=1, max_value=1_000, required=False)
