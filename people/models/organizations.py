"""Organizations, their teams, and the people in them."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Part, Versioned
from people.choices import Language, Permission, Role, Theme
from people.models.accounts import User


class Organization(Bilingual, Versioned):
    """The tenant. Its calendar (time zone, week start, fiscal year) decides which local day a fact belongs to."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    week_start = models.PositiveSmallIntegerField(
        _("first day of the week"), default=1, help_text=_("ISO: 1 is Monday, 7 is Sunday.")
    )
    fiscal_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    requires_two_step = models.BooleanField(_("two-step sign-in for everybody"), default=False)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.CheckConstraint(
                condition=Q(week_start__range=(1, 7)), name="people_organization_week_start_iso"
            ),
            models.CheckConstraint(
                condition=Q(fiscal_month__range=(1, 12)), name="people_organization_fiscal_month"
            ),
        ]

    @property
    def zone(self) -> ZoneInfo:
        """The calendar's time zone."""
        return ZoneInfo(self.time_zone)


class Team(Owned, Bilingual, Versioned):
    """A group inside an organization; teams form a tree."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [*Bilingual.Meta.constraints]
        ordering = ["id"]


class CustomRole(Owned, Bilingual, Versioned):
    """A named set of permissions, given to members in place of a built-in role."""

    permissions = ArrayField(models.CharField(max_length=40, choices=Permission), default=list)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [*Bilingual.Meta.constraints]
        ordering = ["id"]


class Membership(Owned, Versioned):
    """A person in an organization, with a role: the actor of every service and the owner of every assignment.

    The version counts changes of role, teams and whether they may come in; not of what is the member's own. Of several
    organizations, a person begins in the one with the latest `entered_at`: when they came or switched to it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    custom_role = models.ForeignKey(
        CustomRole, on_delete=models.PROTECT, null=True, blank=True, related_name="holders"
    )
    teams = models.ManyToManyField(Team, through="TeamMembership", related_name="members")
    is_active = models.BooleanField(default=True)
    home_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    theme = models.CharField(_("appearance"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    hides_first_steps = models.BooleanField(default=False)
    entered_at = models.DateTimeField(null=True, editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="people_membership_once_per_organization"
            ),
            # Whoever still reads the built-in role of a holder sees the least of them.
            models.CheckConstraint(
                condition=Q(custom_role__isnull=True) | Q(role=Role.VIEWER),
                name="people_membership_one_role",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.user.name

    @property
    def role_name(self) -> str:
        """The custom or the built-in role, in the reader's language."""
        return self.custom_role.name if self.custom_role else self.get_role_display()


class TeamMembership(Part):
    """A member's place in a team; leads are managers of their team."""

    whole = "team"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="places")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "membership"], name="people_team_membership_once")
        ]
