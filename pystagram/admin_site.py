"""The admin, for moderators."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest

STRONG = "second_factor"  # accounts/views/browser_sessions.py sets it


class ModeratorsSite(admin.AdminSite):
    enable_nav_sidebar = False  # the width is for pictures; the start page lists what there is

    def has_permission(self, request: HttpRequest) -> bool:
        """Moderators; under PYSTAGRAM_STAFF_SECOND_FACTOR only in a session that began with a second factor."""
        strong = not settings.STAFF_SECOND_FACTOR or bool(request.session.get(STRONG))
        return strong and super().has_permission(request)


class AdminConfig(DjangoAdminConfig):
    default_site = "pystagram.admin_site.ModeratorsSite"
