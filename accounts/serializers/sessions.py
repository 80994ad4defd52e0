"""Shapes of log-ins."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples
from accounts.devices import device_name
from accounts.models import Session


@extend_schema_serializer(examples=[examples.SESSION])
class SessionSerializer(serializers.ModelSerializer[Session]):
    """A device that is logged in."""

    id = serializers.UUIDField(read_only=True)
    device = serializers.SerializerMethodField(help_text="`Firefox on Linux`, or how the program calls itself.")
    address = serializers.CharField(read_only=True, allow_null=True, help_text="Of IPv6 the network (/64).")
    current = serializers.SerializerMethodField(help_text="Whether this request came from it.")

    class Meta:
        model = Session
        fields = ["id", "device", "address", "created_at", "last_used_at", "current"]
        read_only_fields = fields

    def get_device(self, session: Session) -> str:
        return device_name(session.user_agent)

    def get_current(self, session: Session) -> bool:
        current: Any = self.context["current"]
        return bool(session.pk == current)
