"""What people do with their accounts. Each function is one transaction and tells its whole story."""

from accounts.actions.addresses import (
    own_address,
    request_address,
    request_reset,
    resend_verification,
    reset_password,
    undo_address,
    verify_address,
)
from accounts.actions.logging_in import (
    FAILURES_WINDOW,
    MAX_FAILURES_ANYWHERE,
    MAX_FAILURES_PER_ADDRESS,
    MAX_FAILURES_PER_NAME,
    Caller,
    check_credentials,
    forget_failed_log_ins,
    log_in,
)
from accounts.actions.mailing import Useless, mail_with_token, prune_mails, request_mail, send_mail
from accounts.actions.profile import adjust_posts_count, change_password, set_avatar, update_profile
from accounts.actions.registering import make_administrator, make_placeholder, register
from accounts.actions.sessions import (
    BROWSER_SESSION,
    end_all_sessions,
    end_session,
    note_use,
    open_browser_session,
    open_session,
    prune_sessions,
    refresh_session,
)

__all__ = [
    "BROWSER_SESSION",
    "FAILURES_WINDOW",
    "MAX_FAILURES_ANYWHERE",
    "MAX_FAILURES_PER_ADDRESS",
    "MAX_FAILURES_PER_NAME",
    "Caller",
    "Useless",
    "adjust_posts_count",
    "change_password",
    "check_credentials",
    "end_all_sessions",
    "end_session",
    "forget_failed_log_ins",
    "log_in",
    "mail_with_token",
    "make_administrator",
    "make_placeholder",
    "note_use",
    "open_browser_session",
    "open_session",
    "own_address",
    "prune_mails",
    "prune_sessions",
    "refresh_session",
    "register",
    "request_address",
    "request_mail",
    "request_reset",
    "resend_verification",
    "reset_password",
    "send_mail",
    "set_avatar",
    "undo_address",
    "update_profile",
    "verify_address",
]
