"""What people and log-ins look like in the documents."""

from typing import Any

from api.examples import answered, sent

_PASSWORD = "correct-horse-battery"  # noqa: S105 (nobody's)
_TOKENS: dict[str, Any] = {
    **dict.fromkeys(("access", "refresh"), "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiI2ZjFlIn0.c2lnbmF0dXJl"),
    "expires_in": 3600,
}
PERSON = {"id": "7312849021001001", "username": "bob", "name": "Bob", "avatar": None, "is_private": False}
ALICE = {"id": "7312849021001002", "username": "alice", "name": "Alice", "avatar": None, "is_private": False}
_ME = {
    **ALICE, "bio": "", "website": "", "email": "alice@example.com", "email_verified": True, "birth_date": "1990-05-17",
    "posts_count": 0, "followers_count": 0, "following_count": 0, "comments_from": "everybody",
    "created_at": "2026-11-22T10:00:00.000000Z", "last_login": None,
}  # fmt: skip
_NEW = {"username": "alice", "name": "Alice", "email": "alice@example.com", "password": _PASSWORD}

A_PERSON = answered("A person", PERSON)
ME = answered("Oneself", _ME)
TOKENS = answered("Tokens", _TOKENS)
REGISTERED = answered("Registered", {**_TOKENS, "user": {**_ME, "email_verified": False}})
REGISTER = sent("Alice", {**_NEW, "birth_date": "1990-05-17"})
LOG_IN = sent("By name", {"username": "alice", "password": _PASSWORD})
REFRESH = sent("A refresh", {"refresh": _TOKENS["refresh"]})
CHANGE_PASSWORD = sent("A change", {"old_password": _PASSWORD, "new_password": "staple-battery"})
PROFILE_CHANGE = sent("Private from now on", {"bio": "Mountains, mostly.", "is_private": True})
_TOKEN = "Kx3vUq1bT0mZ8Yw2Jr6dLQh5sNf7cA9eGiP4oXtBkWc"  # noqa: S105 (of no mail)
MAIL_TOKEN = sent("The code of a mail", {"token": _TOKEN})
NEW_ADDRESS = sent("A new address", {"email": "alice@example.org", "password": _PASSWORD})
RESET = sent("A forgotten password", {"email": "alice@example.com"})
RESET_CONFIRMATION = sent("A new password", {"token": _TOKEN, "new_password": "staple-battery"})
SESSION = answered("A browser", {
    "id": "3f9c2a54-6f0b-4a0e-9a44-0c6a4a6f7f1e", "device": "Firefox on Linux", "address": "203.0.113.9",
    "created_at": "2026-11-22T10:00:00.000000Z", "last_used_at": "2026-11-26T08:30:00.000000Z", "current": True,
})  # fmt: skip
PASSWORD = sent("One's password", {"password": _PASSWORD})
DELETION = sent("One's password", {"password": _PASSWORD})
DELETED = answered("Deleted", {"purge_at": "2026-12-26T10:00:00.000000Z"}, 202)
CODE = sent("A code", {"code": "287082"})
CHALLENGE = sent("A code", {"challenge": "WzcsMF0:1wXyZ:Kx3vUq1bT0mZ8Yw2", "code": "287082"})
SECOND_FACTOR = answered("An app", {"methods": ["totp"], "recovery_codes_left": 10})
ENROLMENT = answered("A new app", {
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "uri": "otpauth://totp/pics.example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=pics.example",
})  # fmt: skip
RECOVERY_CODES = answered("Recovery codes", {"recovery_codes": ["k7qw-3nzp-x2ma-5yhd", "pd4e-ub6v-gt2j-w3sc"]})
AWAITING_APPROVAL = answered("To be decided", {"state": "awaiting_approval"}, 202)
USERNAME = sent("A new name", {"username": "alice.of.galata"})
_TAKEN = {"code": "unique", "detail": "This username is taken."}
USERNAME_CHECKS = [
    answered("Free", {"username": "alice.of.galata", "available": True, "error": None}),
    answered("Taken", {"username": "alice", "available": False, "error": _TAKEN}),
]
AVATAR = sent("A photo", {"media": "7312849021001728"})
