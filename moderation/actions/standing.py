"""Who may do what a moderator does."""

from accounts.models import User
from api.problems import Problem
from moderation.models import SubjectType
from moderation.roles import may_decide_about, may_moderate, ranks


def require_moderator(*, moderator: User) -> None:
    """`permission_denied` for whoever has no such role, or has lost it."""
    row = User.objects.get_queryset().filter(pk=moderator.pk).first()
    if row is None or not may_moderate(row):
        raise Problem("permission_denied", "This needs a moderator's role.")


def require_impartial(*, moderator: User, owner_id: int, subject_type: str) -> None:
    """`permission_denied` for decisions about oneself and what is one's own, and for those about an account that
    `may_decide_about` refuses."""
    require_other(moderator=moderator, owner_id=owner_id)
    owner = User.objects.get_queryset().filter(pk=owner_id).first() if subject_type == SubjectType.USER else None
    if owner is not None and not may_decide_about(moderator, owner, ranks([owner, moderator])):
        raise Problem("permission_denied", "Somebody with more rights than they have decides about the staff.")


def require_other(*, moderator: User, owner_id: int) -> None:
    """`permission_denied` for work on a case of oneself or of what is one's own."""
    if owner_id == moderator.pk:
        raise Problem("permission_denied", "Somebody else has to decide about what is yours.")
