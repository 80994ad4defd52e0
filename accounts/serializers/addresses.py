"""Shapes of addresses, and of the tokens in mails."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples
from accounts.serializers.logging_in import MAX_PASSWORD_LENGTH

MAX_TOKEN_LENGTH = 64


class AddressField(serializers.EmailField):
    """An e-mail address in ASCII, in lower case."""

    default_error_messages = {"ascii": "Only ASCII addresses are taken."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=256, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if not text.isascii():
            self.fail("ascii")
        return text.lower()


@extend_schema_serializer(examples=[examples.MAIL_TOKEN])
class MailTokenInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=MAX_TOKEN_LENGTH, help_text="The code of the mail.")


@extend_schema_serializer(examples=[examples.NEW_ADDRESS])
class NewAddressInput(serializers.Serializer[Any]):
    email = AddressField()
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )


@extend_schema_serializer(examples=[examples.RESET])
class ResetInput(serializers.Serializer[Any]):
    email = AddressField()


@extend_schema_serializer(examples=[examples.RESET_CONFIRMATION])
class ResetConfirmationInput(MailTokenInput):
    new_password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )
