"""People, their sessions, and what is kept about both."""

from accounts.models.changes import PersonChange, card_version
from accounts.models.invitations import Invitation, InvitationQuerySet
from accounts.models.mails import TOKEN_LIFE, Mail, MailQuerySet
from accounts.models.names import HeldName, HeldNameQuerySet
from accounts.models.passkeys import Passkey, PasskeyQuerySet
from accounts.models.people import CommentsFrom, User, UserManager, UserQuerySet, active_q, grace, not_suspended_q
from accounts.models.rules import BlockedEmail, BlockedNetwork, BlockedWord, RuleHit
from accounts.models.second_factor import Authenticator, RecoveryCode
from accounts.models.sessions import FailedLogIn, Session, SessionQuerySet

__all__ = [
    "TOKEN_LIFE",
    "Authenticator",
    "BlockedEmail",
    "BlockedNetwork",
    "BlockedWord",
    "CommentsFrom",
    "FailedLogIn",
    "HeldName",
    "HeldNameQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Mail",
    "MailQuerySet",
    "Passkey",
    "PasskeyQuerySet",
    "PersonChange",
    "RecoveryCode",
    "RuleHit",
    "Session",
    "SessionQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "active_q",
    "card_version",
    "grace",
    "not_suspended_q",
]  # fmt: skip
