"""Registration, log-in, tokens, oneself."""

from accounts.views.addresses import AddressTokenViewSet, AddressViewSet, ResetViewSet
from accounts.views.confirming import confirm_page
from accounts.views.logging_in import LogOutViewSet, PasswordViewSet, RefreshViewSet, TokenViewSet
from accounts.views.oneself import AvatarViewSet, MeViewSet
from accounts.views.pages import BrowserLogInView
from accounts.views.registering import RegisterViewSet

__all__ = [
    "AddressTokenViewSet", "AddressViewSet", "AvatarViewSet", "BrowserLogInView", "LogOutViewSet", "MeViewSet",
    "PasswordViewSet", "RefreshViewSet", "RegisterViewSet", "ResetViewSet", "TokenViewSet", "confirm_page",
]  # fmt: skip
