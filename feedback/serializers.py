"""What the feedback API takes and gives."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import Expansion, RowOutput
from feedback.choices import Channel, Kind, Status, SurveyKind
from feedback.models import Customer, FeedbackItem, Invitation, Reply, Response, Theme
from feedback.services import TEXT_LIMIT
from people.choices import Scope
from people.serializers import LARGEST_ID, MemberOutput, Named, Person, TeamOutput

KEY = r"\A[^\s/]{1,60}\Z"


class CustomerInput(StrictInput):
    """A customer; with `partial=True`, the fields that shall change. Unknown fields are refused."""

    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    external_id = serializers.CharField(
        max_length=200, allow_blank=True, required=False, help_text="The customer's id in your own system."
    )


class CustomerOutput(RowOutput[Customer]):
    """The person or company behind feedback. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    external_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NamesInput(StrictInput):
    """The names of a theme or survey; only what is sent changes. Unknown fields are refused."""

    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)


class ThemeInput(NamesInput):
    """A new theme; its key stays for its life."""

    key = serializers.RegexField(
        KEY, error_messages={"invalid": _("A key has up to 60 characters, without spaces and slashes.")}
    )


class ThemeOutput(RowOutput[Theme]):
    """What feedback is about; `key` is the label of its measurements. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SurveyInput(ThemeInput):
    """A new survey; key and kind stay for its life."""

    kind = serializers.ChoiceField(choices=SurveyKind.choices)


class SurveyOutput(ThemeOutput):
    """A survey: its kind says what is asked and which scores there are. `version` is also its ETag."""

    kind = serializers.ChoiceField(choices=SurveyKind.choices)


class FeedbackTheme(Named):
    """A theme; `key` is the label of its measurements."""

    key = serializers.CharField()


class FeedbackSubject(serializers.Serializer[Any]):
    """A linked feedback item."""

    id = serializers.IntegerField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)


class ResponseInput(StrictInput):
    """An answer to a survey. Unknown fields are refused."""

    survey_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    score = serializers.IntegerField(min_value=0, max_value=10)
    comment = serializers.CharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    item_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    invitation_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    answered_at = serializers.DateTimeField(required=False, help_text="Now unless told.")


class ResponseOutput(RowOutput[Response]):
    """An answer to a survey."""

    id = serializers.IntegerField()
    survey = FeedbackTheme()
    score = serializers.IntegerField()
    comment = serializers.CharField()
    customer = Named(allow_null=True)
    team = Named(allow_null=True)
    item_id = serializers.IntegerField(allow_null=True)
    answered_at = serializers.DateTimeField()
    external_id = serializers.CharField()
    expansions = {
        "survey": Expansion(SurveyOutput, ["survey"]),
        "customer": Expansion(lambda: CustomerOutput(allow_null=True), ["customer"]),
        "item": Expansion(lambda: FeedbackSubject(allow_null=True), ["item"]),
    }


class InvitationInput(StrictInput):
    """That a customer was asked to answer a survey; nothing is sent. Unknown fields are refused."""

    survey_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    customer_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    item_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    invited_at = serializers.DateTimeField(required=False, help_text="Now unless told.")


class InvitationOutput(RowOutput[Invitation]):
    """That a customer was asked to answer a survey; `response_id` is the answer that came of it."""

    id = serializers.IntegerField()
    survey = FeedbackTheme()
    customer = Named(allow_null=True)
    team = Named(allow_null=True)
    item_id = serializers.IntegerField(allow_null=True)
    response_id = serializers.IntegerField(allow_null=True)
    invited_at = serializers.DateTimeField()
    external_id = serializers.CharField()
    expansions = {
        "survey": Expansion(SurveyOutput, ["survey"]),
        "customer": Expansion(lambda: CustomerOutput(allow_null=True), ["customer"]),
        "item": Expansion(lambda: FeedbackSubject(allow_null=True), ["item"]),
    }


class ItemFields(StrictInput):
    """What both a new item and a change may hold."""

    subject = serializers.CharField(max_length=300)
    body = serializers.CharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    customer_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    customer_name = serializers.CharField(
        max_length=200,
        allow_blank=True,
        required=False,
        help_text="Instead of customer_id: the customer of exactly this name, created where unknown.",
    )
    theme_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    theme_name = serializers.CharField(
        max_length=60,
        allow_blank=True,
        required=False,
        help_text="Instead of theme_id: the theme of exactly this key or name, created where unknown.",
    )
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    assignee_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)


class ItemInput(ItemFields):
    """A new item."""

    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    opened_at = serializers.DateTimeField(
        required=False, help_text="When the customer said it; now unless told."
    )


class ItemPatch(ItemFields):
    """What may change in an item; only what is sent changes."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)


class ReplyInput(StrictInput):
    """An answer to the customer."""

    body = serializers.CharField(max_length=TEXT_LIMIT)
    resolve = serializers.BooleanField(default=False)


class TaskLinkInput(StrictInput):
    """The task that answers an item: one there is, or a new one with this title. Unknown fields are refused."""

    task_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    title = serializers.CharField(max_length=300, required=False)
    assignee_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)


class ReplyOutput(RowOutput[Reply]):
    """An answer to the customer; `by` is null where it was imported."""

    id = serializers.IntegerField()
    body = serializers.CharField()
    at = serializers.DateTimeField()
    by = Person(allow_null=True)


class FeedbackAnswer(serializers.Serializer[Any]):
    """A task that answers an item."""

    id = serializers.IntegerField(source="task.id")
    title = serializers.CharField(source="task.title")
    status = serializers.CharField(source="task.status")


REPLIES = Reply.objects.select_related("by__user").order_by("at", "id")


class ItemOutput(RowOutput[FeedbackItem]):
    """An item as the API gives it. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    subject = serializers.CharField()
    body = serializers.CharField()
    customer = Named(allow_null=True)
    theme = FeedbackTheme(allow_null=True)
    team = Named(allow_null=True)
    assignee = Person(allow_null=True)
    opened_at = serializers.DateTimeField()
    reply_due_at = serializers.DateTimeField(allow_null=True)
    first_replied_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    external_id = serializers.CharField()
    expansions = {
        "customer": Expansion(lambda: CustomerOutput(allow_null=True), ["customer"]),
        "theme": Expansion(lambda: ThemeOutput(allow_null=True), ["theme"]),
        "team": Expansion(lambda: TeamOutput(allow_null=True), ["team"], Scope.PEOPLE_READ),
        "assignee": Expansion(lambda: MemberOutput(allow_null=True), ["assignee__user"], Scope.PEOPLE_READ),
        "replies": Expansion(lambda: ReplyOutput(many=True), [Prefetch("replies", REPLIES)]),
        "tasks": Expansion(
            lambda: FeedbackAnswer(many=True, source="task_links"), ["task_links__task"], Scope.TASKS_READ
        ),
    }
