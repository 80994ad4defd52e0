"""The project: settings, URLs, subscriptions, Celery. No app imports it."""

from pystagram.celery import app as celery_app

__all__ = ["celery_app"]
