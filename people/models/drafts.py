"""What somebody typed into a form and has not sent yet."""

from django.db import models
from django.db.models.functions import Now

from common.models import Owned, OwnedQuerySet


class Draft(Owned):
    """The texts of one form's fields by their names, as last typed; goes when the form is sent, or by age."""

    membership = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=80)
    values = models.JSONField()
    saved_at = models.DateTimeField(db_default=Now())
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "form"], name="people_draft_once_per_form"),
        ]
