"""The Celery application and what the scheduler does at which interval."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")

app = Celery("pystagram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "prune-outbox": {"task": "events.tasks.prune", "schedule": 3600.0},
}
