"""Invitations into an organization."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet
from people.choices import Role
from people.models.organizations import CustomRole, Membership


class Invitation(Owned):
    """Somebody may join by the link sent to their address; a new `round` makes the links before it worthless."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    custom_role = models.ForeignKey(
        CustomRole, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    team_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="people_invitation_open_once",
            )
        ]
        ordering = ["-id"]

    @property
    def role_name(self) -> str:
        """The custom or the built-in role, in the reader's language."""
        return self.custom_role.name if self.custom_role else self.get_role_display()

    @property
    def is_open(self) -> bool:
        """True while its newest link can be used."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
