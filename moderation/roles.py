"""Who may moderate. The groups are made by moderation/defaults.py."""

from accounts.models import User

PERMISSION = "moderation.moderate"


def may_moderate(person: User) -> bool:
    """Whether somebody has a role that decides cases, and is there to do it. It is worth nothing in the API."""
    return person.is_active and person.is_staff and person.has_perm(PERMISSION)
