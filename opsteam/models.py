"""What the house writes down about its own running. Belongs to no organization."""

from django.db import models


class JobRun(models.Model):
    """The last runs of a periodic job: the sign of life of workers, and where a beat started it, of beats."""

    job = models.CharField(max_length=80, primary_key=True)
    ticked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
