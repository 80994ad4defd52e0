"""Shapes of people, log-ins and tokens."""

from accounts.serializers.addresses import MailTokenInput, NewAddressInput, ResetConfirmationInput, ResetInput
from accounts.serializers.logging_in import (
    MAX_PASSWORD_LENGTH,
    ChangePasswordInput,
    LogInInput,
    RefreshInput,
    TokensSerializer,
)
from accounts.serializers.people import (
    AvatarField,
    AvatarInput,
    MeSerializer,
    OwnDetailsSerializer,
    PersonSerializer,
    ProfileInput,
)
from accounts.serializers.registering import RegisteredSerializer, RegisterInput
from accounts.serializers.sessions import SessionSerializer

__all__ = [
    "MAX_PASSWORD_LENGTH", "AvatarField", "AvatarInput", "ChangePasswordInput", "LogInInput",
    "MailTokenInput", "MeSerializer", "NewAddressInput", "OwnDetailsSerializer", "PersonSerializer", "ProfileInput",
    "RefreshInput", "RegisterInput", "RegisteredSerializer", "ResetConfirmationInput", "ResetInput",
    "SessionSerializer", "TokensSerializer",
]  # fmt: skip
