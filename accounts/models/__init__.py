"""People, their sessions, and what is kept about both."""

from accounts.models.changes import PersonChange, card_version
from accounts.models.people import User, UserManager, UserQuerySet, active_q
from accounts.models.sessions import FailedLogIn, Session, SessionQuerySet

__all__ = [
    "FailedLogIn", "PersonChange", "Session", "SessionQuerySet", "User", "UserManager", "UserQuerySet", "active_q",
    "card_version",
]  # fmt: skip
