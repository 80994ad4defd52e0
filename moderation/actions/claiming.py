"""Who works on which case, and what moderators write to each other."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from moderation.actions.standing import require_moderator
from moderation.limits import CLAIMED_FOR, MAX_NOTE_LENGTH
from moderation.models import Case, Note


def claim(*, moderator: User, case_id: int) -> bool:
    """Takes an open case for a quarter of an hour, anew if it is repeated; False if somebody else has it, or it is
    decided. One statement: of two at once one gets it."""
    require_moderator(moderator=moderator)
    free = Case.objects.free_for(moderator).filter(pk=case_id)
    return free.update(claimed_by=moderator.pk, claimed_until=timezone.now() + CLAIMED_FOR) == 1


def release(*, moderator: User, case_id: int) -> bool:
    """Gives a case back; False if it is not this moderator's."""
    mine = Case.objects.filter(pk=case_id, claimed_by=moderator.pk)
    return mine.update(claimed_by=None, claimed_until=None) == 1


@transaction.atomic
def add_note(*, moderator: User, case_id: int, text: str) -> Note:
    """Writes something down for other moderators. `not_found` without the case, `invalid` for too many words."""
    require_moderator(moderator=moderator)
    if len(text) > MAX_NOTE_LENGTH:
        raise Invalid("text", "max_length", f"At most {MAX_NOTE_LENGTH} characters.")
    if not Case.objects.filter(pk=case_id).exists():
        raise Problem("not_found")
    return Note.objects.create(case_id=case_id, author=moderator, text=text)
