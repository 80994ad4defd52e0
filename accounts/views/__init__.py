"""Registration, log-in, tokens, oneself."""

from accounts.views.addresses import AddressTokenViewSet, AddressViewSet, ResetViewSet
from accounts.views.confirming import confirm_page
from accounts.views.leaving import DeactivationViewSet, ReactivationViewSet, UndeletionViewSet, UsernameViewSet
from accounts.views.logging_in import LogOutViewSet, PasswordViewSet, RefreshViewSet, TokenViewSet
from accounts.views.oneself import AvatarViewSet, MeViewSet
from accounts.views.pages import AdminLogInView, BrowserLogInView, BrowserLogOutView
from accounts.views.reactivate_page import reactivate_page
from accounts.views.registering import RegisterViewSet
from accounts.views.second_factor import SecondFactorViewSet, SecondStepViewSet
from accounts.views.second_step_page import second_step_page
from accounts.views.sessions import SessionViewSet
from accounts.views.usernames import UsernameCheckViewSet

__all__ = [
    "AddressTokenViewSet",
    "AddressViewSet",
    "AdminLogInView",
    "AvatarViewSet",
    "BrowserLogInView",
    "BrowserLogOutView",
    "DeactivationViewSet",
    "LogOutViewSet",
    "MeViewSet",
    "PasswordViewSet",
    "ReactivationViewSet",
    "RefreshViewSet",
    "RegisterViewSet",
    "ResetViewSet",
    "SecondFactorViewSet",
    "SecondStepViewSet",
    "SessionViewSet",
    "TokenViewSet",
    "UndeletionViewSet",
    "UsernameCheckViewSet",
    "UsernameViewSet",
    "confirm_page",
    "reactivate_page",
    "second_step_page",
]  # fmt: skip
