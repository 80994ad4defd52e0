"""What each action does, by kind of subject. Another app's action is one line here.

An action that is not listed for a kind cannot be decided on it. What it does is done by the app whose rows it changes,
in the transaction of the decision, and repeated it changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moderation.models import Action, SubjectType

# Takes the subject's id, and until when it is to be so. Says whether something changed.
Measure = Callable[[int, datetime | None], Any]


def _nothing(_subject_id: int, _until: datetime | None) -> bool:
    """The decision is all there is: its owner is told, or the case is closed."""
    return False


MEASURES: dict[tuple[str, str], Measure] = {
    (kind, action): _nothing
    for kind in SubjectType
    for action in (Action.WARN, Action.UNWARN, Action.DISMISS, Action.REOPEN, Action.UPHOLD)
}


FOLLOWING = {Action.UPHOLD, Action.REOPEN, Action.UNWARN}  # they follow from an appeal, or take something back


def measure_for(subject_type: str, action: str) -> Measure | None:
    """What an action does to a subject of this kind; None if it cannot be taken on one."""
    return MEASURES.get((subject_type, action))


def actions_for(subject_type: str) -> list[str]:
    """What can be decided on a case of this kind, in the order of `Action`: of the subject or of its owner."""
    return [action.value for action in Action if subject_to_change(subject_type, action) is not None]


def subject_to_change(subject_type: str, action: str) -> str | None:
    """The kind of thing that the action changes in a case of this kind: the subject, or the person whose it is. None
    for what cannot be decided there."""
    if action in FOLLOWING:
        return None
    for kind in (subject_type, SubjectType.USER.value):
        if (kind, action) in MEASURES:
            return kind
    return None
