"""Who may do what a moderator does."""

from accounts.models import User
from api.problems import Problem
from moderation.models import SubjectType
from moderation.roles import may_moderate, rank


def require_moderator(*, moderator: User) -> None:
    """`permission_denied` for whoever has no such role, or has lost it."""
    row = User.objects.get_queryset().filter(pk=moderator.pk).first()
    if row is None or not may_moderate(row):
        raise Problem("permission_denied", "This needs a moderator's role.")


def require_impartial(*, moderator: User, owner_id: int, subject_type: str) -> None:
    """`permission_denied` for decisions about oneself and what is one's own, and for those about the account of
    somebody of the staff who has as many rights: one moderator could keep another from deciding on an appeal."""
    require_other(moderator=moderator, owner_id=owner_id)
    owner = User.objects.get_queryset().filter(pk=owner_id).first()
    if owner is None or subject_type != SubjectType.USER or moderator.is_superuser:
        return
    if 0 < rank(owner) >= rank(moderator):
        raise Problem("permission_denied", "Somebody with more rights than they have decides about the staff.")


def require_other(*, moderator: User, owner_id: int) -> None:
    """`permission_denied` for work on a case of oneself or of what is one's own."""
    if owner_id == moderator.pk:
        raise Problem("permission_denied", "Somebody else has to decide about what is yours.")
