"""The token in a mail about a decision: with it somebody who cannot log in may appeal against that decision, once, and
do nothing else. No row holds it; the appeal's own term ends it."""

from django.core import signing

_SALT = "moderation.appeal"
MAX_TOKEN_LENGTH = 200


def appeal_token(decision_id: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(decision_id))


def decision_in(token: str) -> int | None:
    """The decision that a token names; None if it is forged."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except signing.BadSignature:
        return None
