"""Shapes of the second factor."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples
from accounts.serializers.logging_in import MAX_PASSWORD_LENGTH


@extend_schema_serializer(examples=[examples.PASSWORD])
class PasswordInput(serializers.Serializer[Any]):
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )


@extend_schema_serializer(examples=[examples.CODE])
class CodeInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=64)


@extend_schema_serializer(examples=[examples.CHALLENGE])
class ChallengeInput(serializers.Serializer[Any]):
    challenge = serializers.CharField(max_length=512, help_text="Of the 403 `second_factor_required`.")
    code = serializers.CharField(max_length=64, help_text="Of the app, or a recovery code.")


@extend_schema_serializer(examples=[examples.SECOND_FACTOR])
class SecondFactorSerializer(serializers.Serializer[Any]):
    methods = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="`totp`; empty: the password alone logs in."
    )
    recovery_codes_left = serializers.IntegerField(read_only=True)


@extend_schema_serializer(examples=[examples.ENROLMENT])
class EnrolmentSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(read_only=True, help_text="In base 32, to type.")
    uri = serializers.CharField(read_only=True, help_text="To show as a QR code.")


@extend_schema_serializer(component_name="NewRecoveryCodes", examples=[examples.RECOVERY_CODES])
class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField(), read_only=True)
