"""Everything that moderation writes.

Locks, everywhere in this order: the subject's name (an advisory lock: reports, reopening), the case, the
decisions about what is decided on (an advisory lock), the appeal, then whatever the apps below lock for a measure.
"""

from moderation.actions.appealing import appeal, appeal_by_token, decide_appeal
from moderation.actions.claiming import add_note, claim, release
from moderation.actions.deciding import decide, decide_each, decide_subject, dismiss
from moderation.actions.granting import join_administrators
from moderation.actions.looking import record_look, record_look_for_appeal
from moderation.actions.mailing import send_decision_mail
from moderation.actions.pruning import prune, purge_person
from moderation.actions.reporting import open_case, report
from moderation.actions.reversing import reverse

__all__ = [
    "add_note",
    "appeal",
    "appeal_by_token",
    "claim",
    "decide",
    "decide_appeal",
    "decide_each",
    "decide_subject",
    "dismiss",
    "join_administrators",
    "open_case",
    "prune",
    "purge_person",
    "record_look",
    "record_look_for_appeal",
    "release",
    "report",
    "reverse",
    "send_decision_mail",
]
