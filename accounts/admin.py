"""People and sessions for moderators. Nothing here deletes: deletion is the person's own, suspension an action."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.actions import approve, turn_down, undelete
from accounts.models import (
    Authenticator,
    FailedLogIn,
    HeldName,
    Invitation,
    Mail,
    Passkey,
    PersonChange,
    RecoveryCode,
    Session,
    User,
)
from api.readonly_admin import ReadOnlyAdmin
from media.media_urls import smallest_url


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    list_display = [
        "picture", "username", "name", "email", "is_private", "posts_count", "followers_count", "created_at",
        "suspended_at", "purge_at", "is_staff",
    ]  # fmt: skip
    list_display_links = ["picture", "username"]
    actions = ["let_in", "turn_away", "cancel_deletion"]
    list_filter = [
        "awaits_approval",
        "is_private",
        "is_staff",
        ("suspended_at", admin.EmptyFieldListFilter),
        ("limited_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        "created_at",
    ]
    search_fields = ["username", "name", "email"]
    readonly_fields = [
        "picture", "username", "name", "email", "email_verified_at", "birth_date", "bio", "website", "avatar",
        "is_private", "token_version", "posts_count", "followers_count", "following_count", "created_at",
        "last_login", "awaits_approval", "suspended_at", "suspended_until", "limited_at", "deactivated_at",
        "deleted_at", "purge_at", "purged_at",
    ]  # fmt: skip
    exclude = ["password"]
    filter_horizontal = ["groups", "user_permissions"]
    powers = ["is_staff", "is_superuser", "groups", "user_permissions"]
    show_full_result_count = False
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("avatar").prefetch_related("avatar__renditions")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only superusers hand out power, or every moderator could become one."""
        return self.readonly_fields if request.user.is_superuser else [*self.readonly_fields, *self.powers]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by the password's hash: letter by letter, a filter tells it."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people register

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @admin.action(description="Approve their registration", permissions=["change"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(awaits_approval=True):
            approve(user=user)

    @admin.action(description="Turn their registration down", permissions=["change"])
    def turn_away(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(awaits_approval=True):
            turn_down(user=user)

    @admin.action(description="Cancel the deletion (administrators)", permissions=["administer"])
    def cancel_deletion(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(deleted_at__isnull=False, purged_at__isnull=True):
            undelete(user=user)
            self.log_change(request, user, "Cancelled the deletion")

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """What moderators may not do, whatever rights they have."""
        return bool(request.user.is_superuser)

    @admin.display(description="to be deleted on", ordering="deleted_at")
    def purge_at(self, user: User) -> datetime | None:
        return None if user.purged_at else user.purge_at

    @admin.display(description="")
    def picture(self, user: User) -> str:
        url = smallest_url(user.avatar, private=user.is_private) if user.avatar else None
        if url is None:
            return "–"
        return format_html(
            '<img src="{}" alt="" style="width:40px;height:40px;object-fit:cover;border-radius:50%">', url
        )


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "last_used_at", "revoked_at", "address", "user_agent"]
    list_select_related = ["user"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["user__username", "address"]
    exclude = ["refresh_jti", "previous_jti"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by what its tokens are made of."""
        return not lookup.startswith(tuple(self.exclude)) and super().lookup_allowed(lookup, value, request)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["id", "note", "uses_left", "created_at", "expires_at"]
    exclude = ["digest"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by what the code is known by."""
        return not lookup.startswith("digest") and super().lookup_allowed(lookup, value, request)


@admin.register(HeldName)
class HeldNameAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "held_until"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "address", "user", "created_at", "sent_at", "dropped_at", "used_at"]
    list_select_related = ["user"]
    list_filter = ["kind", "created_at"]
    search_fields = ["address", "user__username"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "confirmed_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["secret", "last_step"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by what codes are made of."""
        return not lookup.startswith("secret") and super().lookup_allowed(lookup, value, request)


@admin.register(Passkey)
class PasskeyAdmin(ReadOnlyAdmin):
    list_display = ["user", "name", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["credential_id", "public_key"]
    ordering = ("user",)


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(ReadOnlyAdmin):
    list_display = ["user", "used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["digest"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by what the code is known by."""
        return not lookup.startswith("digest") and super().lookup_allowed(lookup, value, request)


@admin.register(FailedLogIn)
class FailedLogInAdmin(ReadOnlyAdmin):
    list_display = ["identifier", "address", "failed_at"]
    list_filter = ["failed_at"]
    search_fields = ["identifier", "address"]


@admin.register(PersonChange)
class PersonChangeAdmin(ReadOnlyAdmin):
    list_display = ["id", "person"]
    list_select_related = ["person"]
    search_fields = ["person__username"]
