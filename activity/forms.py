"""What of the audit log a reader wants to see."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.registry import NOUNS
from activity.selectors import Asked
from people.forms.picking import PeoplePicker
from people.models import Membership


class AuditForm(forms.Form):
    """Everything may be left out; what cannot be is said beside its field."""

    verb = forms.ChoiceField(label=_("What"), required=False)
    actor = forms.ModelChoiceField(
        label=_("Who"),
        required=False,
        queryset=Membership.objects.none(),
        empty_label=_("Anybody"),
        widget=PeoplePicker(with_former=True),
    )
    first_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_on = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    subject_type = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    subject_id = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, reader: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.visible_to(reader).select_related("user").order_by("user__name", "pk")
        self.fields["actor"].queryset = members  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["verb"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            ("", _("Everything")),
            *(
                (noun.label, [(f"{noun.name}.{verb}", label) for verb, label in noun.verbs.items()])
                for noun in NOUNS
            ),
        ]

    @property
    def asked(self) -> Asked:
        """What the valid fields say."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
        return Asked(**said)
