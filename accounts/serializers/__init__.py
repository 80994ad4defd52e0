"""Shapes of people, log-ins and tokens."""

from accounts.serializers.addresses import MailTokenInput, NewAddressInput, ResetConfirmationInput, ResetInput
from accounts.serializers.leaving import DeletionInput, DeletionSerializer
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
    UsernameCheckSerializer,
    UsernameInput,
)
from accounts.serializers.registering import AwaitingApprovalSerializer, RegisteredSerializer, RegisterInput
from accounts.serializers.second_factor import (
    ChallengeInput,
    CodeInput,
    EnrolmentSerializer,
    PasswordInput,
    RecoveryCodesSerializer,
    SecondFactorSerializer,
)
from accounts.serializers.sessions import SessionSerializer

__all__ = [
    "MAX_PASSWORD_LENGTH",
    "AvatarField",
    "AvatarInput",
    "AwaitingApprovalSerializer",
    "ChallengeInput",
    "ChangePasswordInput",
    "CodeInput",
    "DeletionInput",
    "DeletionSerializer",
    "EnrolmentSerializer",
    "LogInInput",
    "MailTokenInput",
    "MeSerializer",
    "NewAddressInput",
    "OwnDetailsSerializer",
    "PasswordInput",
    "PersonSerializer",
    "ProfileInput",
    "RecoveryCodesSerializer",
    "RefreshInput",
    "RegisterInput",
    "RegisteredSerializer",
    "ResetConfirmationInput",
    "ResetInput",
    "SecondFactorSerializer",
    "SessionSerializer",
    "TokensSerializer",
    "UsernameCheckSerializer",
    "UsernameInput",
]  # fmt: skip
