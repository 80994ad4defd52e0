"""Who works on which case, and what moderators write to each other."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from moderation.actions.standing import require_moderator, require_other
from moderation.limits import CLAIMED_FOR, MAX_NOTE_LENGTH
from moderation.models import Case, Note


def claim(*, moderator: User, case_id: int) -> bool:
    """Takes an open case for a quarter of an hour, anew if it is repeated; False if somebody else has it, it is
    decided, or about what is the moderator's. One statement: of two at once one gets it."""
    require_moderator(moderator=moderator)
    free = Case.objects.free_for(moderator).exclude(owner_id=moderator.pk).filter(pk=case_id)
    return free.update(claimed_by=moderator.pk, claimed_until=timezone.now() + CLAIMED_FOR) == 1


def release(*, moderator: User, case_id: int) -> bool:
    """Gives a case back; False if it is not this moderator's."""
    mine = Case.objects.filter(pk=case_id, claimed_by=moderator.pk)
    return mine.update(claimed_by=None, claimed_until=None) == 1


@transaction.atomic
def add_note(*, moderator: User, case_id: int, text: str) -> Note:
    """Writes something down for other moderators. `not_found` without the case, `invalid` for too many words,
    `permission_denied` in a case of what is their own."""
    require_moderator(moderator=moderator)
    if len(text) > MAX_NOTE_LENGTH:
        raise Invalid("text", "max_length", f"At most {MAX_NOTE_LENGTH} characters.")
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    require_other(moderator=moderator, owner_id=case.owner_id)
    return Note.objects.create(case_id=case_id, author=moderator, text=text)
