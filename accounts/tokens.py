"""Access and refresh tokens: simplejwt's, bound to a session.

Both carry the session's id; the refresh token also the one `jti` that counts. So what a token may do is decided by the
session's row on every request, and ending a session ends its tokens at once.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import Session
from api.problems import Problem

SESSION_CLAIM = "sid"


@dataclass(frozen=True)
class Pair:
    """What a log-in or a refresh answers with."""

    access: str
    refresh: str

    @property
    def expires_in(self) -> int:
        """Seconds that the access token is good for."""
        return int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())


def pair_for(session: Session) -> Pair:
    """New tokens of a session; the refresh token is the one that its row names."""
    refresh, access = RefreshToken(), AccessToken()
    refresh["jti"] = session.refresh_jti
    for token in (refresh, access):
        token[SESSION_CLAIM] = session.pk.hex
    return Pair(access=str(access), refresh=str(refresh))


def _read(kind: type[Token], text: str) -> dict[str, Any]:
    try:
        return dict(kind(text).payload)  # type: ignore[arg-type]
    except TokenError:
        raise Problem("invalid_token") from None


def _session_in(claims: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(str(claims[SESSION_CLAIM]))
    except (KeyError, ValueError):
        raise Problem("invalid_token") from None


def session_of_access(text: str) -> uuid.UUID:
    """The session an access token belongs to; `invalid_token` if it is forged, expired or another kind."""
    return _session_in(_read(AccessToken, text))


def session_of_refresh(text: str) -> tuple[uuid.UUID, str]:
    """The session and the `jti` of a refresh token."""
    claims = _read(RefreshToken, text)
    return _session_in(claims), str(claims["jti"])
