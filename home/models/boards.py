"""Which KPIs stand on Home, and up to where somebody has read what changed."""

from django.db import models
from django.db.models import Q

from common.models import Owned, OwnedQuerySet


class Tile(Owned):
    """A KPI in its place on the Home of one person, or of everybody of a team who chose none of their own."""

    membership = models.ForeignKey(
        "people.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="tiles"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="tiles"
    )
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(membership__isnull=True) ^ Q(team__isnull=True), name="home_tile_of_one_board"
            ),
            models.UniqueConstraint(
                fields=["membership", "team", "kpi"], nulls_distinct=False, name="home_tile_kpi_once"
            ),
        ]


class Visit(Owned):
    """Up to which event somebody has seen what changed, and when they said so."""

    membership = models.OneToOneField("people.Membership", on_delete=models.CASCADE, related_name="visit")
    event_id = models.BigIntegerField()
    seen_at = models.DateTimeField()
    objects = OwnedQuerySet.as_manager()
