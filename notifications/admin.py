"""Notifications, to look at."""

from django.contrib import admin

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from notifications.models import Cause, Digest, Inbox, Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("kind", linked("recipient"), "subject_id", "newest_id")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("recipient__username",)


@admin.register(Cause)
class CauseAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("actor"), linked("notification"))
    linked_by = ("actor", "notification")
    list_select_related = ("actor", "notification__recipient")
    search_fields = ("actor__username",)


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("person"), "every", "created_at", "sent_at", "dropped_at")
    list_select_related = ("person",)
    ordering = ("-created_at",)
    search_fields = ("person__username",)


@admin.register(Inbox)
class InboxAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("person"), "digest", "seen_id")
    list_select_related = ("person",)
    search_fields = ("person__username",)
