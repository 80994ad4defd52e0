"""Every address: `/v1/` of each app, the admin, health, media files, the front page."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from accounts import mail_previews
from accounts.pages import limit_log_ins
from accounts.views import (
    AdminLogInView,
    BrowserLogInView,
    BrowserLogOutView,
    confirm_page,
    passkeys,
    reactivate_page,
    second_step_page,
)
from api.routing import by_first_word
from moderation import decision_mails
from moderation.appeal_page import appeal_page
from notifications import digests
from notifications.unsubscribing import unsubscribe_page
from pystagram import views
from pystagram.metrics import metrics

admin.site.site_header = admin.site.site_title = "pystagram"
admin.site.index_title = "Moderation"
admin.site.site_url = "/"

v1: list[Any] = [
    path("", views.RootViewSet.as_view({"get": "retrieve"}), name="v1-root"),
    path("", include("feed.urls")),
    path("", include("notifications.urls")),
    path("", include("accounts.urls")),
    path("", include("social.urls")),
    path("", include("media.urls")),
    path("", include("posts.urls")),
    path("", include("stories.urls")),
    path("", include("portability.urls")),
    path("", include("search.urls")),
    path("", include("moderation.urls")),
    path("instance", views.InstanceViewSet.as_view({"get": "retrieve"}), name="instance"),
    path("schema", views.Schema.as_view(), name="schema"),
    path(
        "docs", SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=["get", "head"]), name="docs"
    ),
]

urlpatterns = [
    path("", views.front_page, name="front-page"),
    path("v1", RedirectView.as_view(url="/v1/", query_string=True, permanent=True)),
    by_first_word("v1/", v1),
    path("favicon.ico", views.favicon, name="favicon"),
    path("login", limit_log_ins(BrowserLogInView.as_view()), name="log-in-page"),
    path("login/passkey/options", limit_log_ins(passkeys.log_in_options), name="passkey-log-in-options"),
    path("login/passkey", limit_log_ins(passkeys.log_in_with_passkey), name="passkey-log-in"),
    path("security", passkeys.security_page, name="security-page"),
    path("security/passkeys/options", limit_log_ins(passkeys.add_options), name="passkey-add-options"),
    path("security/passkeys", limit_log_ins(passkeys.add_passkey), name="passkey-add"),
    path("security/passkeys/<int:pk>/remove", passkeys.remove_passkey, name="passkey-remove"),
    path("login/reactivate", limit_log_ins(reactivate_page), name="reactivate-page"),
    path("login/second-step", limit_log_ins(second_step_page), name="second-step-page"),
    path("confirm/<str:token>", limit_log_ins(confirm_page), name="confirm-page"),
    path("appeal/<str:token>", limit_log_ins(appeal_page), name="appeal-page"),
    path("unsubscribe/<str:token>", unsubscribe_page, name="unsubscribe-page"),
    path("logout", BrowserLogOutView.as_view(), name="log-out-page"),
    path("docs/errors", views.errors_page, name="errors-page"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/login/", limit_log_ins(AdminLogInView.as_view())),
    # Django's own change the password without ending what else is logged in, and leave the browser's row open.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password-change")),
    path("admin/logout/", BrowserLogOutView.as_view()),
    path("admin/", admin.site.urls),
    path("", include("media.file_urls")),
]
if not settings.PRODUCTION:
    mail_previews.LETTERS["digest"] = digests.example
    mail_previews.LETTERS["suspension"] = decision_mails.example
    urlpatterns += mail_previews.urlpatterns
handler400 = "api.problems.handler400"
handler403 = "api.problems.handler403"
handler404 = "api.problems.handler404"
handler500 = "api.problems.handler500"
