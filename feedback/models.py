"""Customers, what they say, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Part, Versioned
from feedback.choices import OPEN, SCORES, Channel, Kind, Status, SurveyKind


class Customer(Owned, Versioned):
    """The person or company behind feedback and survey answers."""

    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_collation="C")
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="feedback_customer_external_id_once",
            )
        ]


class Theme(Owned, Bilingual, Versioned):
    """A subject that feedback items share; `key` is the label of their facts."""

    key = models.CharField(_("short name"), max_length=60)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="feedback_theme_key_once"),
        ]
        ordering = ["key"]


class FeedbackItem(Owned, Versioned):
    """A complaint, suggestion, question or praise from a customer, with an SLA clock for the first reply."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMPLAINT)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(
        "people.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_feedback"
    )
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    reply_due_at = models.DateTimeField(_("reply due"), null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    tasks = models.ManyToManyField("tasks.Task", through="FeedbackTask", related_name="feedback")
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_collation="C")
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "external_id"],
                condition=~Q(external_id=""),
                name="feedback_item_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RESOLVED, resolved_at__isnull=False)
                | (~Q(status=Status.RESOLVED) & Q(resolved_at__isnull=True)),
                name="feedback_item_resolved_at_follows_status",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="feedback_item_has_a_subject"),
        ]
        indexes = [
            models.Index(F("organization"), F("id").desc(), name="feedback_item_newest"),
            models.Index(
                F("organization"), F("opened_at").desc(), F("id").desc(), name="feedback_item_latest"
            ),
            models.Index(
                F("organization"),
                F("reply_due_at"),
                condition=Q(first_replied_at__isnull=True, status__in=OPEN),
                name="feedback_item_reply_due",
            ),
            models.Index(fields=["organization", "theme", "opened_at"], name="feedback_item_by_theme"),
        ]


class Reply(Part):
    """An answer to the customer."""

    whole = "item"

    item = models.ForeignKey(FeedbackItem, on_delete=models.CASCADE, related_name="replies")
    body = models.TextField(_("text"))
    at = models.DateTimeField()
    by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]


class Transition(Part):
    """One step of an item's history: status, assignee and team from `at` on. Facts follow from these rows."""

    whole = "item"

    item = models.ForeignKey(
        FeedbackItem, on_delete=models.CASCADE, related_name="transitions", db_index=False
    )
    at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status)
    assignee = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["item", "at", "id"], name="feedback_transition_in_order")]


class FeedbackTask(Part):
    """The arrow from a feedback item to the task that answers it."""

    whole = "item"

    item = models.ForeignKey(FeedbackItem, on_delete=models.CASCADE, related_name="task_links")
    task = models.ForeignKey("tasks.Task", on_delete=models.CASCADE, related_name="feedback_links")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "task"], name="feedback_task_link_once")]


class Survey(Owned, Bilingual, Versioned):
    """One score question and a comment.

    Its kind, which stays for its life, says what is asked: satisfaction from 1 to 5 (CSAT), whether one would
    recommend us from 0 to 10 (NPS), or how easy it was from 1 to 7 (CES).
    """

    key = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=4, choices=SurveyKind, default=SurveyKind.CSAT)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="feedback_survey_key_once"),
        ]

    @property
    def scores(self) -> range:
        """The scores that an answer may have."""
        return SCORES[SurveyKind(self.kind)]

    @property
    def best_score(self) -> int:
        """The highest of them."""
        return self.scores[-1]


class Response(Owned):
    """One answer to a survey, with a score of its kind. The team is the one that served the customer then."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    item = models.ForeignKey(
        FeedbackItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    external_id = models.CharField(max_length=200, blank=True, db_collation="C")
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(0, 10)), name="feedback_response_score_in_range"
            ),
            models.UniqueConstraint(
                fields=["survey", "external_id"], condition=~Q(external_id=""), name="feedback_response_once"
            ),
        ]


class Invitation(Owned):
    """A customer was asked to answer a survey; `response` is the answer that came of it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(
        FeedbackItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    external_id = models.CharField(max_length=200, blank=True, db_collation="C")
    response = models.OneToOneField(
        Response, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitation"
    )
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "external_id"],
                condition=~Q(external_id=""),
                name="feedback_invitation_external_id_once",
            )
        ]
