"""The admin, for moderators."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest, HttpResponseBase

from api.problems import plain_problem

STRONG = "second_factor"  # accounts/views/browser_sessions.py sets it
ORDER = ["moderation", "accounts", "posts", "stories", "media", "social", "notifications", "portability", "events"]
MACHINERY = {  # what is kept for speed or for one request, and nobody works with: listed last
    "CollectionItem", "CommentMention", "Cause", "DirectUpload", "ExportPart", "HeldName", "HighlightItem",
    "ImageHash", "Inbox", "Mention", "PersonChange", "PersonDocument", "PersonWord", "PostCell", "PostChange",
    "PostMedia", "PostTag", "PulledAuthor", "RecoveryCode", "Rendition", "SearchDocument", "UploadPart",
}  # fmt: skip


class ModeratorsSite(admin.AdminSite):
    enable_nav_sidebar = False  # the width is for pictures; the start page lists what there is

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's; a form with a NUL byte, which PostgreSQL takes in no text, is refused before the view has it."""

        @wraps(view)
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            given = request.POST.lists() if request.method == "POST" else ()
            if any("\0" in value for _, values in given for value in values):
                return plain_problem("bad_request", "A field holds a NUL byte")
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

        return super().admin_view(readable, cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """Moderators; under PYSTAGRAM_STAFF_SECOND_FACTOR only in a session that began with a second factor."""
        strong = not settings.STAFF_SECOND_FACTOR or bool(request.session.get(STRONG))
        return strong and super().has_permission(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What people work with first, and what only machines read at the end."""
        apps: list[Any] = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        machinery = [model for app in apps for model in app["models"] if model["object_name"] in MACHINERY]
        for app in apps:
            app["models"] = [model for model in app["models"] if model["object_name"] not in MACHINERY]
        places = {label: place for place, label in enumerate(ORDER)}
        shown = sorted((app for app in apps if app["models"]), key=lambda app: places.get(app["app_label"], len(ORDER)))
        last = {**apps[0], "name": "Machinery", "app_label": "machinery", "models": machinery} if machinery else None
        return [*shown, {**last, "app_url": ""}] if last else shown


class AdminConfig(DjangoAdminConfig):
    default_site = "pystagram.admin_site.ModeratorsSite"
