"""Abstract bases of the domain's models. This app imports no other."""

from typing import ClassVar, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Actor(Protocol):
    """Whoever acts: a membership of one organization. `people.Membership` is the only implementation."""

    organization_id: int


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[Row_co]):
    """Rows that belong to one organization."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of the actor's organization."""
        return self.filter(organization_id=actor.organization_id)


class Owned(models.Model):
    """A row of exactly one organization."""

    organization = models.ForeignKey("people.Organization", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Part(models.Model):
    """A row inside another one, the foreign key `whole`, whose organization it has: the database writes it in.

    Every link of the two within one organization is checked by `common.wall`.
    """

    whole: ClassVar[str]
    organization = models.ForeignKey(
        "people.Organization",
        on_delete=models.DO_NOTHING,
        related_name="+",
        editable=False,
        db_default=0,
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that people edit: `version` grows by one with every change and guards against lost updates."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Bilingual(models.Model):
    """A row with a name in English, in Chinese, or both; each reader sees their own where it exists."""

    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_zh=""), name="%(app_label)s_%(class)s_has_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, or the other one where it is missing."""
        if (get_language() or "en").startswith("zh"):
            return self.name_zh or self.name_en
        return self.name_en or self.name_zh
