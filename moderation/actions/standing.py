"""Who may do what a moderator does."""

from accounts.models import User
from api.problems import Problem
from moderation.models import SubjectType
from moderation.roles import may_moderate


def require_moderator(*, moderator: User) -> None:
    """`permission_denied` for whoever has no such role, or has lost it."""
    row = User.objects.get_queryset().filter(pk=moderator.pk).first()
    if row is None or not may_moderate(row):
        raise Problem("permission_denied", "This needs a moderator's role.")


def require_impartial(*, moderator: User, owner_id: int, subject_type: str) -> None:
    """`permission_denied` for decisions about oneself, and for those of a moderator about an administrator."""
    if owner_id == moderator.pk:
        raise Problem("permission_denied", "Somebody else has to decide about what is yours.")
    owner = User.objects.get_queryset().filter(pk=owner_id).first()
    protected = owner is not None and owner.is_superuser and not moderator.is_superuser
    if protected and subject_type == SubjectType.USER:
        raise Problem("permission_denied", "Only an administrator decides about an administrator.")
