"""Numbers of moderation that clients and moderators meet."""

from datetime import timedelta

MAX_COMMENT_LENGTH = 1000  # of a report
MAX_APPEAL_LENGTH = 2000
MAX_NOTE_LENGTH = 2000
MAX_AT_ONCE = 100  # cases that one decision may be taken on
CLAIMED_FOR = timedelta(minutes=15)
REPEATED_AFTER = timedelta(days=7)  # then somebody may report again what was decided
APPEALABLE_FOR = timedelta(days=180)
EVIDENCE_KEPT_FOR = timedelta(days=90)  # after the case was closed
OPEN_EVIDENCE_KEPT_FOR = timedelta(days=365)  # after the last report, of a case that nobody closes
CASES_KEPT_FOR = timedelta(days=365)  # after they were closed
LOOKS_KEPT_FOR = timedelta(days=365)
MAILS_KEPT_FOR = timedelta(days=30)
MAX_SNAPSHOTS = 10  # of one case: what was reported first, and as it was changed since
MAX_COUNTED = 1000  # in a preview; stands for more, too
