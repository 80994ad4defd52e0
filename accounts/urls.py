"""`/v1/auth/…` and `/v1/me`."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("auth/register", views.RegisterViewSet.as_view({"post": "create"}), name="register"),
    path(
        "auth/usernames/<str:username>", views.UsernameCheckViewSet.as_view({"get": "retrieve"}), name="username-check"
    ),
    path("auth/token", views.TokenViewSet.as_view({"post": "log_in"}), name="token"),
    path("auth/token/refresh", views.RefreshViewSet.as_view({"post": "refresh"}), name="token-refresh"),
    path("auth/token/second-factor", views.SecondStepViewSet.as_view({"post": "log_in"}), name="token-second-factor"),
    path("auth/logout", views.LogOutViewSet.as_view({"post": "this_session"}), name="log-out"),
    path("auth/logout-all", views.LogOutViewSet.as_view({"post": "everywhere"}), name="log-out-everywhere"),
    path("auth/password/change", views.PasswordViewSet.as_view({"post": "change"}), name="password-change"),
    path("auth/password/reset", views.ResetViewSet.as_view({"post": "request_reset"}), name="password-reset"),
    path("auth/password/reset/confirm", views.ResetViewSet.as_view({"post": "confirm"}), name="password-reset-confirm"),
    path("auth/email/verify", views.AddressTokenViewSet.as_view({"post": "verify"}), name="email-verify"),
    path("auth/email/resend", views.AddressViewSet.as_view({"post": "resend"}), name="email-resend"),
    path("auth/email/change", views.AddressViewSet.as_view({"post": "change"}), name="email-change"),
    path("auth/email/undo", views.AddressTokenViewSet.as_view({"post": "undo"}), name="email-undo"),
    path("me", views.MeViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}), name="me"),
    path("me/sessions", views.SessionViewSet.as_view({"get": "list"}), name="sessions"),
    path("me/sessions/<uuid:session>", views.SessionViewSet.as_view({"delete": "destroy"}), name="session"),
    path("me/second-factor", views.SecondFactorViewSet.as_view({"get": "retrieve"}), name="second-factor"),
    path("me/second-factor/totp", views.SecondFactorViewSet.as_view({"post": "enrol"}), name="totp"),
    path("me/second-factor/totp/confirm", views.SecondFactorViewSet.as_view({"post": "confirm"}), name="totp-confirm"),
    path("me/second-factor/totp/disable", views.SecondFactorViewSet.as_view({"post": "disable"}), name="totp-disable"),
    path(
        "me/second-factor/recovery-codes",
        views.SecondFactorViewSet.as_view({"post": "renew_codes"}),
        name="recovery-codes",
    ),
    path("me/username", views.UsernameViewSet.as_view({"put": "update"}), name="username"),
    path("me/deactivate", views.DeactivationViewSet.as_view({"post": "deactivate"}), name="deactivate"),
    path("me/reactivate", views.ReactivationViewSet.as_view({"post": "reactivate"}), name="reactivate"),
    path("me/undelete", views.UndeletionViewSet.as_view({"post": "undelete"}), name="undelete"),
    path("me/avatar", views.AvatarViewSet.as_view({"put": "update", "delete": "destroy"}), name="avatar"),
]
