"""What each action does, by kind of subject. Another app's action is one line here.

An action that is not listed for a kind cannot be decided on it. What it does is done by the app whose rows it changes,
in the transaction of the decision, and repeated it changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts import actions as accounts
from moderation import images
from moderation.models import Action, SubjectType
from posts import actions as posts
from stories import actions as stories

# Takes the subject's id, and until when it is to be so. Says whether something changed.
Measure = Callable[[int, datetime | None], Any]


def _nothing(_subject_id: int, _until: datetime | None) -> bool:
    """The decision is all there is: its owner is told, or the case is closed."""
    return False


MEASURES: dict[tuple[str, str], Measure] = {
    (kind, action): _nothing
    for kind in SubjectType
    for action in (Action.WARN, Action.UNWARN, Action.DISMISS, Action.REOPEN, Action.UPHOLD)
} | {
    (SubjectType.USER, Action.SUSPEND): lambda pk, until: accounts.suspend(user_id=pk, until=until),
    (SubjectType.USER, Action.REINSTATE): lambda pk, _: accounts.reinstate(user_id=pk),
    (SubjectType.USER, Action.LIMIT): lambda pk, _: accounts.limit(user_id=pk),
    (SubjectType.USER, Action.UNLIMIT): lambda pk, _: accounts.unlimit(user_id=pk),
    (SubjectType.POST, Action.TAKE_DOWN): lambda pk, _: posts.take_down(post_id=pk),
    (SubjectType.POST, Action.PUT_BACK): lambda pk, _: posts.put_back(post_id=pk),
    (SubjectType.POST, Action.MARK_SENSITIVE): lambda pk, _: posts.mark_sensitive(post_id=pk, sensitive=True),
    (SubjectType.POST, Action.UNMARK): lambda pk, _: posts.mark_sensitive(post_id=pk, sensitive=False),
    (SubjectType.COMMENT, Action.TAKE_DOWN): lambda pk, _: posts.take_down_comment(comment_id=pk),
    (SubjectType.COMMENT, Action.PUT_BACK): lambda pk, _: posts.put_back_comment(comment_id=pk),
    (SubjectType.STORY, Action.TAKE_DOWN): lambda pk, _: stories.take_down(story_id=pk),
    (SubjectType.STORY, Action.PUT_BACK): lambda pk, _: stories.put_back(story_id=pk),
    (SubjectType.HIGHLIGHT, Action.TAKE_DOWN): lambda pk, _: stories.take_down_highlight(highlight_id=pk),
    (SubjectType.HIGHLIGHT, Action.PUT_BACK): lambda pk, _: stories.put_back_highlight(highlight_id=pk),
    (SubjectType.POST, Action.REFUSE_IMAGE): lambda pk, _: images.refuse(subject_type="post", subject_id=pk),
    (SubjectType.POST, Action.ALLOW_IMAGE): lambda pk, _: images.allow(subject_type="post", subject_id=pk),
    (SubjectType.STORY, Action.REFUSE_IMAGE): lambda pk, _: images.refuse(subject_type="story", subject_id=pk),
    (SubjectType.STORY, Action.ALLOW_IMAGE): lambda pk, _: images.allow(subject_type="story", subject_id=pk),
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
