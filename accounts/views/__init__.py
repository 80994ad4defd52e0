"""Registration, log-in, tokens, oneself."""

from accounts.views.logging_in import LogOutViewSet, PasswordViewSet, RefreshViewSet, TokenViewSet
from accounts.views.oneself import AvatarViewSet, MeViewSet
from accounts.views.pages import BrowserLogInView
from accounts.views.registering import RegisterViewSet

__all__ = [
    "AvatarViewSet", "BrowserLogInView", "LogOutViewSet", "MeViewSet", "PasswordViewSet", "RefreshViewSet",
    "RegisterViewSet", "TokenViewSet",
]  # fmt: skip
