"""Who may moderate. The groups are made by moderation/defaults.py."""

from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import User

PERMISSION = "moderation.moderate"


def may_moderate(person: User) -> bool:
    """Whether somebody has a role that decides cases, and is there to do it. It is worth nothing in the API."""
    return person.is_active and person.is_staff and person.has_perm(PERMISSION)


def rank(person: User) -> int:
    """0 for whoever has nothing to do with the admin, 1 for moderators and all others who are let in, 2 for
    administrators, 3 for superusers; also while they are suspended."""
    if person.is_superuser:
        return 3
    if not person.is_staff:
        return 0
    given = Permission.objects.filter(Q(group__user=person) | Q(user=person), content_type__app_label="accounts")
    return 2 if given.filter(codename="change_user").exists() else 1
