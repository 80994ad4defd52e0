"""Who is calling: the access token, checked against its session on every request."""

from rest_framework.authentication import BaseAuthentication


class TokenAuthentication(BaseAuthentication):
    """Bearer tokens."""
