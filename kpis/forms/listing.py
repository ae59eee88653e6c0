"""Which KPIs the list shows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.choices import Status
from kpis.models import Kpi
from people.forms.picking import PeoplePicker
from people.models import Membership
from people.selectors import assignable_members


class KpiListForm(forms.Form):
    """Words of the name or the key, a status, an owner; archived KPIs are shown alone."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Every status")), *Status.choices], required=False
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Everybody"),
        widget=PeoplePicker,
    )
    archived = forms.BooleanField(label=_("Archived"), required=False)

    def __init__(self, data: Any, *, actor: Membership) -> None:
        super().__init__(data)
        self.fields["owner"].queryset = assignable_members(actor)  # type: ignore[attr-defined] # a ModelChoiceField

    @property
    def narrows(self) -> bool:
        """Whether anything but the archive was asked for."""
        return any(self.cleaned_data.get(name) for name in ("q", "status", "owner"))

    def matches(self, kpi: Kpi, status: str) -> bool:
        """Whether the KPI is among those asked for."""
        said = self.cleaned_data
        words = said.get("q", "").casefold().split()
        text = f"{kpi.name_en} {kpi.name_zh} {kpi.key} {kpi.description}".casefold()
        owner = said.get("owner")
        return (
            all(word in text for word in words)
            and said.get("status", "") in ("", status)
            and (owner is None or owner.pk == kpi.owner_id)
        )
