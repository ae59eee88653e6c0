"""What the pages of feedback take."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.editing import EditForm
from common.forms import LARGEST_VERSION, RefusableForm, StatusChangeForm
from feedback.choices import Channel, Kind, Status
from feedback.models import FeedbackItem, Theme
from feedback.selectors import themes
from feedback.services import TEXT_LIMIT
from people.forms.picking import PeoplePicker
from people.models import Membership, Team
from people.selectors import teams
from tasks.selectors import assignees

LINKS = ("theme", "team", "assignee")


class ItemForm(EditForm):
    """Feedback to take in, or to edit with the version it was read at."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=300,
        help_text=_("One line that a colleague understands without opening it."),
    )
    body = forms.CharField(
        label=_("What the customer said"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    channel = forms.ChoiceField(label=_("Came in by"), choices=Channel.choices)
    customer_name = forms.CharField(
        label=_("Customer"),
        max_length=200,
        required=False,
        help_text=_("A name already known is the same customer."),
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.none(), required=False, empty_label=_("No theme yet")
    )
    theme_name = forms.CharField(label=_("Or a new theme"), max_length=60, required=False)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    assignee = forms.ModelChoiceField(
        label=_("Assignee"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        widget=PeoplePicker,
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, actor: Membership, item: FeedbackItem | None = None, **kwargs: Any
    ) -> None:
        if item is not None:
            kwargs["initial"] = _initial(item)
        super().__init__(*args, **kwargs)
        people = assignees(actor).filter(Q(is_active=True) | Q(pk=item.assignee_id if item else None))
        for name, rows in (("theme", themes(actor)), ("team", teams(actor)), ("assignee", people)):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def values(self) -> dict[str, Any]:
        """The cleaned input in the words of the services; a new theme goes before a chosen one."""
        values = {
            name: self.cleaned_data[name] for name in ("subject", "body", "kind", "channel", "customer_name")
        }
        values |= {f"{name}_id": row.pk if (row := self.cleaned_data[name]) else None for name in LINKS}
        if self.cleaned_data["theme_name"]:
            del values["theme_id"]
            values["theme_name"] = self.cleaned_data["theme_name"]
        return values


def _initial(item: FeedbackItem) -> dict[str, Any]:
    plain = {name: getattr(item, name) for name in ("subject", "body", "kind", "channel", "version")}
    links = {name: getattr(item, f"{name}_id") for name in LINKS}
    return plain | links | {"customer_name": item.customer.name if item.customer else ""}


class ReplyForm(RefusableForm):
    """An answer to the customer, with the version of the item it was written for."""

    body = forms.CharField(
        label=_("Your answer to the customer"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Kept on record here; send it to the customer through the channel they used."),
    )
    resolve = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)


class StatusForm(StatusChangeForm):
    """A new status for an item."""

    status = forms.ChoiceField(choices=Status.choices)
