"""What every database has after `migrate` (and `flush`): the two roles and the reasons to begin with.

Permissions are made by `post_migrate`, after all migrations, so that a migration cannot give them to a group. What is
there is left as the operator has it: a missing row is made, a missing permission of a role is given.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.contrib.auth.management import create_permissions
from django.db.models import Q

ADMINISTRATORS, MODERATORS = "Administrators", "Moderators"
# What moderators may do: decide, and read what the app itself keeps. Content is read by way of a case.
MODERATOR_MODELS = ("report", "case", "decision", "reason", "note", "appeal")
# key, what moderators choose from, what the owner is told.
REASONS = [
    ("spam", "Spam", "It is spam: unwanted advertising, or the same thing over and over."),
    ("nudity", "Nudity or sexual content", "It shows nudity or sexual content, which is not allowed here."),
    ("violence", "Violence", "It shows or threatens violence."),
    ("hate", "Hate", "It attacks people for who they are."),
    ("harassment", "Harassment", "It bullies or harasses somebody."),
    ("self_harm", "Self-harm", "It encourages people to harm themselves. If you need help, please talk to somebody."),
    ("illegal", "Illegal goods or acts", "It offers or promotes something that is against the law."),
    ("child_safety", "Safety of children", "It endangers children."),
    ("scam", "Fraud", "It tries to deceive people for money or for their data."),
    ("impersonation", "Impersonation", "It pretends to be somebody else."),
    ("copyright", "Rights of others", "It uses a work or a mark that belongs to somebody else."),
    ("privacy", "Private data", "It shows private data of somebody who did not agree."),
    ("other", "Other", "It is against the rules of this place."),
    ("no_violation", "No violation", "It is within the rules of this place."),
    ("mistake", "Our mistake", "The decision was wrong and has been taken back. We are sorry."),
    ("upheld", "Upheld", "Somebody else looked at it again. The decision stands."),
]


def make_defaults(*, using: str, apps: Any = global_apps, **_: Any) -> None:
    """What is missing. Does nothing while the app's tables, or those of permissions, are not there yet."""
    try:
        reason, group = apps.get_model("moderation", "Reason"), apps.get_model("auth", "Group")
    except LookupError:
        return
    rows = [
        reason(key=key, title=title, sentence=sentence, position=position)
        for position, (key, title, sentence) in enumerate(REASONS)
    ]
    reason.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    for config in global_apps.get_app_configs():
        _make_permissions(config, using, apps)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    of_moderation = Q(content_type__app_label="moderation")
    viewing = Q(codename__in=[f"view_{name}" for name in MODERATOR_MODELS])
    everything = permissions.all()
    for name, given in (
        (ADMINISTRATORS, everything),
        (MODERATORS, permissions.filter(of_moderation & (viewing | Q(codename="moderate")))),
    ):
        group.objects.using(using).get_or_create(name=name)[0].permissions.add(*given)


def _make_permissions(config: AppConfig, using: str, apps: Any) -> None:
    create_permissions(config, verbosity=0, interactive=False, using=using, apps=apps)
