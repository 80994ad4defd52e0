"""How Django's own log-in (the admin's) finds people: by the same action as the token endpoint."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.actions import Caller, check_credentials
from accounts.models import User
from api.problems import Problem
from api.throttles import address_of


class UsernameOrEmail(ModelBackend):
    """User name or address; limits and answers are those of `check_credentials`.

    Raises `Problem` for too many attempts and for too many at once; `accounts.pages` makes an answer of it.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        address = address_of(request) if request else None
        try:
            return check_credentials(identifier=username, password=password, caller=Caller(address or None))
        except Problem as problem:
            if problem.get_codes() != "invalid_credentials":
                raise
            return None
