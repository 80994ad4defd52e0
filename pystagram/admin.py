"""Roles in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin  # whose import registers it: to be replaced
from django.contrib.auth.models import Group
from django.http import HttpRequest

from api.readonly_admin import BoundedAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BoundedAdmin, DjangoGroupAdmin):
    """Roles: what their members may do. For superusers alone, or who may change groups gives themselves every right."""

    list_display = ["name", "pk"]
    search_fields = ["name__startswith"]
    ordering = ("name",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_module_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission
