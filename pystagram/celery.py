"""The Celery application and what the scheduler does at which interval."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")

app = Celery("pystagram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "prune-failed-log-ins": {"task": "accounts.tasks.prune_failed_log_ins", "schedule": 3600.0},
    "prune-rule-hits": {"task": "accounts.tasks.prune_rule_hits", "schedule": 3600.0},
    "prune-mails": {"task": "accounts.tasks.prune_mails", "schedule": 3600.0},
    "prune-invitations": {"task": "accounts.tasks.prune_invitations", "schedule": 3600.0},
    "release-names": {"task": "accounts.tasks.release_names", "schedule": 3600.0},
    "prune-sessions": {"task": "accounts.tasks.prune_sessions", "schedule": 3600.0},
    "purge-accounts": {"task": "accounts.tasks.purge_accounts", "schedule": 3600.0},
    "clear-ended-suspensions": {"task": "accounts.tasks.clear_ended_suspensions", "schedule": 300.0},
    "note-scheduler": {"task": "events.tasks.note_scheduler", "schedule": 60.0},
    "prune-outbox": {"task": "events.tasks.prune", "schedule": 3600.0},
    "prune-mutes": {"task": "social.tasks.prune_mutes", "schedule": 3600.0},
    "resume-stuck-media": {"task": "media.tasks.resume_stuck", "schedule": 60.0},
    "tidy-media": {"task": "media.tasks.tidy", "schedule": 3600.0},
    "publish-due-posts": {"task": "posts.tasks.publish_due", "schedule": 10.0, "options": {"expires": 600.0}},
    "purge-trash": {"task": "posts.tasks.purge_trash", "schedule": 3600.0},
    "count-tags-and-places": {"task": "posts.tasks.count_label_uses", "schedule": 60.0},
    "rank-trending-tags": {"task": "posts.tasks.rank_trending", "schedule": 300.0},
    "forget-post-keys": {"task": "posts.tasks.prune_keys", "schedule": 3600.0},
    "forget-story-keys": {"task": "stories.tasks.prune_keys", "schedule": 3600.0},
    "audit-feeds": {"task": "feed.tasks.audit_some", "schedule": 60.0},
    "begin-digests": {"task": "notifications.tasks.begin_digests", "schedule": 300.0},
    "prune-digests": {"task": "notifications.tasks.prune_digests", "schedule": 3600.0},
    "prune-notifications": {"task": "notifications.tasks.prune", "schedule": 3600.0},
    "prune-moderation": {"task": "moderation.tasks.prune", "schedule": 3600.0},
    "prune-imports": {"task": "portability.tasks.prune_imports", "schedule": 3600.0},
    "prune-exports": {"task": "portability.tasks.prune_exports", "schedule": 3600.0},
    "compute-explore": {"task": "search.tasks.compute_explore", "schedule": 300.0},
}
