"""Who follows, blocks and mutes whom, and who is close to whom, to look at."""

from django.contrib import admin
from django.db.models import Q

from api.admin_filters import conditions
from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from social.models import Block, CloseFriend, Follow, Mute

FOLLOWS = conditions(
    "state", "state", {"requested": Q(accepted_at__isnull=True), "accepted": Q(accepted_at__isnull=False)}
)


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("follower"), linked("followee"), "created_at", "accepted_at"]
    list_select_related = ["follower", "followee"]
    list_filter = [FOLLOWS, "created_at"]
    search_fields = ["follower__username", "followee__username"]


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("blocker"), linked("blocked"), "created_at"]
    list_select_related = ["blocker", "blocked"]
    list_filter = ["created_at"]
    search_fields = ["blocker__username", "blocked__username"]


@admin.register(Mute)
class MuteAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("muter"), linked("muted"), "created_at", "expires_at"]
    list_select_related = ["muter", "muted"]
    list_filter = ["created_at"]
    search_fields = ["muter__username", "muted__username"]


@admin.register(CloseFriend)
class CloseFriendAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("owner"), linked("friend"), "created_at"]
    list_select_related = ["owner", "friend"]
    list_filter = ["created_at"]
    search_fields = ["owner__username", "friend__username"]
