"""People and sessions for moderators. Nothing here deletes: deletion is the person's own, suspension an action."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.html import format_html

from accounts import folding
from accounts.actions import approve, hand_out_power, save_rule, turn_down, undelete
from accounts.models import (
    Authenticator,
    BlockedEmail,
    BlockedNetwork,
    BlockedWord,
    FailedLogIn,
    HeldName,
    Invitation,
    Mail,
    Passkey,
    PersonChange,
    RecoveryCode,
    RuleHit,
    Session,
    User,
)
from accounts.models.rules import NetworkField, Rule
from api.admin_filters import conditions
from api.admin_links import linked
from api.readonly_admin import BoundedAdmin, ReadOnlyAdmin
from api.throttles import address_of
from media.media_urls import smallest_url


class ReasonForm(ActionForm):
    """What actions ask for beside the rows."""

    reason = forms.CharField(max_length=256, required=False, help_text="Of turning a registration down: it is mailed.")


@admin.register(User)
class UserAdmin(BoundedAdmin):
    list_display = ["picture", "username", "name", "standing", "posts_count", "followers_count", "created_at"]
    list_display_links = ["picture", "username"]
    actions = ["let_in", "turn_away", "cancel_deletion"]
    action_form = ReasonForm
    list_filter = [
        conditions("standing", "standing", {
            "awaits approval": Q(awaits_approval=True),
            "suspended": Q(suspended_at__isnull=False, awaits_approval=False),
            "limited": Q(limited_at__isnull=False),
            "deactivated": Q(deactivated_at__isnull=False),
            "to be deleted": Q(deleted_at__isnull=False, purged_at__isnull=True),
            "purged": Q(deleted_at__isnull=False, purged_at__isnull=False),
            "private": Q(is_private=True),
            "staff": Q(is_staff=True),
        }),
        "created_at",
    ]  # fmt: skip
    search_fields = ["id", "email", "username__startswith", "name__ilike"]
    search_help_text = "The start of a user name, a part of the name, a whole mail address or an id"
    fieldsets = [
        (None, {"fields": ["picture", "username", "name", "bio", "website", "is_private", "comments_from"]}),
        ("Standing", {"fields": [
            "standing", "created_at", "last_login", "awaits_approval", "suspended_at", "suspended_until", "limited_at",
            "deactivated_at", "deleted_at", "purge_at", "purged_at",
        ]}),
        ("Contact", {"fields": ["email", "email_verified_at", "birth_date"]}),
        ("Counts", {"fields": ["posts_count", "followers_count", "following_count", "token_version"]}),
        ("Powers", {"fields": ["is_staff", "is_superuser", "groups"]}),
    ]  # fmt: skip
    powers = ["is_staff", "is_superuser", "groups"]
    ordering = ("-created_at",)
    linked_by = ["avatar"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("avatar").prefetch_related("avatar__renditions")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only superusers hand out power, or every moderator could become one."""
        shown: list[Any] = flatten_fieldsets(self.fieldsets)
        return [name for name in shown if name not in self.powers or not request.user.is_superuser]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people register

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Of the page, superusers; of the actions in the list, who may change people."""
        return super().has_change_permission(request, obj) and (obj is None or bool(request.user.is_superuser))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The powers alone: a whole row would take back what was counted since the page was read."""
        hand_out_power(user_id=obj.pk, is_staff=obj.is_staff, is_superuser=obj.is_superuser)

    @admin.action(description="Approve their registration", permissions=["change"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(awaits_approval=True):
            if approve(user=user):
                self.log_change(request, user, "Approved the registration")

    @admin.action(description="Turn their registration down", permissions=["change"])
    def turn_away(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        reason = request.POST.get("reason", "").strip()[:256]
        if not reason:
            self.message_user(request, "Turning a registration down needs a reason.", messages.ERROR)
            return
        for user in queryset.filter(awaits_approval=True):
            if turn_down(user=user, reason=reason):
                self.log_change(request, user, f"Turned the registration down: {reason}")

    @admin.action(description="Cancel the deletion (administrators)", permissions=["administer"])
    def cancel_deletion(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(deleted_at__isnull=False, purged_at__isnull=True):
            undelete(user=user)
            self.log_change(request, user, "Cancelled the deletion")

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """What moderators may not do, whatever rights they have."""
        return bool(request.user.is_superuser)

    @admin.display(description="to be deleted on")
    def purge_at(self, user: User) -> datetime | None:
        return None if user.purged_at else user.purge_at

    @admin.display(description="standing")
    def standing(self, user: User) -> str:
        """What keeps them from being there for others, and what they may do."""
        facts = {
            "awaits approval": user.awaits_approval,
            "suspended": user.is_suspended and not user.awaits_approval,
            "limited": user.limited_at,
            "deactivated": user.deactivated_at,
            "deleted": user.deleted_at,
            "private": user.is_private,
            "staff": user.is_staff,
        }
        return ", ".join(word for word, holds in facts.items() if holds) or "active"

    @admin.display(description="picture")
    def picture(self, user: User) -> str:
        url = smallest_url(user.avatar, private=user.is_private) if user.avatar else None
        return format_html('<img class="avatar" src="{}" alt="" loading="lazy">', url) if url else "–"


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = [linked("user"), "created_at", "last_used_at", "revoked_at", "address", "user_agent"]
    list_display_links = ["created_at"]
    list_select_related = ["user"]
    search_fields = ["id", "user__username", "user"]
    search_help_text = "A user name, or an id"
    exclude = ["refresh_jti", "previous_jti", "browser_key"]

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first, of one person: there is no index for the order of all."""
        return ["-sequence"] if any(name.startswith("user") for name in request.GET) else ["-pk"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["id", "note", "uses_left", "created_at", "expires_at"]
    exclude = ["digest"]


@admin.register(HeldName)
class HeldNameAdmin(ReadOnlyAdmin):
    list_display = ["name", linked("user"), "held_until"]
    list_select_related = ["user"]
    search_fields = ["name__startswith", "user__username"]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "address", linked("user"), "created_at", "sent_at", "dropped_at", "used_at"]
    list_select_related = ["user"]
    list_filter = ["kind", "created_at"]
    ordering = ("-created_at",)
    search_fields = ["address", "user__username"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("user"), "created_at", "confirmed_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["secret", "last_step"]


@admin.register(Passkey)
class PasskeyAdmin(ReadOnlyAdmin):
    list_display = ["name", linked("user"), "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["credential_id", "public_key"]


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("user"), "used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    exclude = ["digest"]


@admin.register(FailedLogIn)
class FailedLogInAdmin(ReadOnlyAdmin):
    list_display = ["identifier", "address", "failed_at"]
    list_filter = ["failed_at"]
    search_fields = ["identifier", "address", "user__username"]


@admin.register(PersonChange)
class PersonChangeAdmin(ReadOnlyAdmin):
    list_display = ["id", linked("person")]
    list_select_related = ["person"]
    linked_by = ["person"]
    search_fields = ["person__username"]


class RuleAdmin(BoundedAdmin):
    """What is blocked: edited here, effective by the next request. A rule ends when it expires; its row stays."""

    list_filter = ["created_at", "expires_at"]
    readonly_fields = ["by", "created_at", "hits_count", "last_hit_at"]
    facts = ["comment", "by", "created_at", "expires_at", "hits_count", "last_hit_at"]

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        save_rule(rule=obj, by=request.user.get_username())

    def has_delete_permission(self, request: HttpRequest, obj: Rule | None = None) -> bool:
        return False


@admin.register(BlockedEmail)
class BlockedEmailAdmin(RuleAdmin):
    list_display = ["pattern", *RuleAdmin.facts]
    search_fields = ["pattern"]


class BlockedNetworkForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Refuses what would lock its maker out."""

    own_address = ""

    class Meta:
        model = BlockedNetwork
        fields = ["network", "log_ins", "comment", "expires_at"]

    def clean_network(self) -> str | None:
        return NetworkField().to_python(self.cleaned_data["network"])

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        own, wanted = self.own_address, given.get("network")
        if given.get("log_ins") and wanted and own and folding.is_in(own, wanted):
            raise ValidationError({"network": "You are in this network: nobody could log in from where you are."})
        return given


@admin.register(BlockedNetwork)
class BlockedNetworkAdmin(RuleAdmin):
    form = BlockedNetworkForm
    list_display = ["network", "log_ins", *RuleAdmin.facts]
    list_filter = ["log_ins", *RuleAdmin.list_filter]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.own_address = address_of(request)
        return form


@admin.register(BlockedWord)
class BlockedWordAdmin(RuleAdmin):
    list_display = ["word", "anywhere", *RuleAdmin.facts]
    list_filter = ["anywhere", *RuleAdmin.list_filter]
    search_fields = ["word", "key"]


@admin.register(RuleHit)
class RuleHitAdmin(ReadOnlyAdmin):
    """What was refused automatically: to see whether a rule does what it is for."""

    list_display = ["created_at", "attempt", "kind", "rule", "tried", "address", linked("user")]
    list_filter = ["attempt", "kind", "created_at"]
    list_select_related = ["user"]
    search_fields = ["tried", "user__username"]
    search_help_text = "The mail address or name that was tried, or a user name, in whole"
