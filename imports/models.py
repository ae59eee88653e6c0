"""Files on their way into the organization, and sample data that can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet, Part
from imports.choices import AT_WORK, Kind, PartKind, SampleState, State


class FileImport(Owned):
    """One uploaded file: how it is read, which column feeds which field, and what became of its rows.

    `rows_done` rows have been read in the present state; the next stretch begins behind `bytes_done` of `size_bytes`
    bytes and `lines_done` lines. A worker that has the file writes `beat_at` and `percent` again and again, so that
    a file whose worker died is found.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.LOOKED)
    by = models.ForeignKey("people.Membership", on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=120)
    source = models.CharField(_("name of the other system"), max_length=40, default="csv")
    codec = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    columns = models.JSONField(default=list)
    first_rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    date_form = models.CharField(max_length=80, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    bytes_done = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    reported = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    refusal = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["organization"], condition=models.Q(state__in=AT_WORK), name="imports_file_at_work"
            )
        ]

    @property
    def rows_usable(self) -> int:
        """How many of the rows read so far can be, or were, stored."""
        return self.rows_done - self.reported

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has the file, or soon will."""
        return self.state in AT_WORK


class ImportPart(Part):
    """A packed piece of a file or of the report of the rows that were not stored, or the keys of a stretch."""

    whole = "file"

    file = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=10, choices=PartKind)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "kind", "position"], name="imports_part_once")]
        ordering = ["position"]


class SampleBatch(Owned):
    """Invented rows to try opsteam with; at most one batch an organization. `done` of `total` steps are made."""

    state = models.CharField(max_length=10, choices=SampleState, default=SampleState.LOADING)
    by = models.ForeignKey("people.Membership", on_delete=models.SET_NULL, null=True, related_name="+")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="imports_sample_once")]


class SampleRow(Part):
    """One row that a batch made: its model, its id and the version it had then, or the key of a measurement."""

    whole = "batch"

    batch = models.ForeignKey(SampleBatch, on_delete=models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    source_key = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "model", "row_id", "source_key"], name="imports_sample_row_once"
            )
        ]
