"""Composition root. Importing it makes the Celery application current, so that every process can enqueue."""

from opsteam.celery import app as celery_app

__all__ = ["celery_app"]
