"""Passkeys: added with the password, used instead of it in a browser.

A device that takes part has checked that its owner is there (a finger, a face, a PIN): a passkey is both factors.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.actions.logging_in import Caller
from accounts.actions.rules import Attempt, Try, check_network
from accounts.devices import device_name
from accounts.models import Passkey, User
from api.problems import Invalid, Problem

MAX_PASSKEYS = 20
NUMBER = re.compile(r"[A-Za-z0-9_-]{1,1400}")  # of a credential
MALFORMED = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError)


def site() -> str:
    """What browsers bind passkeys to: our name, without port. An IP address is none."""
    return urlsplit(settings.PYSTAGRAM_URL).hostname or ""


def creation_options(*, user: User, password: str) -> Any:
    """What a browser makes a passkey of, with a fresh challenge. `conflict` beyond 20."""
    if not user.check_password(password):
        raise Invalid("password", "wrong", "This is not your password.")
    own = Passkey.objects.owned_by(user).values_list("credential_id", flat=True)
    if len(own) >= MAX_PASSKEYS:
        raise Problem("conflict", f"At most {MAX_PASSKEYS} passkeys")
    return generate_registration_options(
        rp_id=site(),
        rp_name="pystagram",
        user_id=str(user.pk).encode(),
        user_name=user.username,
        user_display_name=user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in own],
    )


def add_passkey(*, user: User, credential: dict[str, Any], challenge: bytes, user_agent: str) -> Passkey:
    """Keeps the public half of what a browser made for this challenge. `invalid` for anything else."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=settings.PYSTAGRAM_URL,
            require_user_verification=True,
        )
    except MALFORMED:
        raise Invalid("credential", "invalid", "This is no passkey for this site.") from None
    passkey, _ = Passkey.objects.get_or_create(
        credential_id=bytes_to_base64url(made.credential_id),
        defaults={
            "user": user,
            "public_key": bytes_to_base64url(made.credential_public_key),
            "sign_count": made.sign_count,
            "name": device_name(user_agent) or "Passkey",
        },
    )
    return passkey


def remove_passkey(*, passkey: Passkey) -> None:
    """From now on it logs nobody in."""
    Passkey.objects.filter(pk=passkey.pk).delete()


def request_options() -> PublicKeyCredentialRequestOptions:
    """What a browser signs to log somebody in: whoever's passkey it has for this site."""
    return generate_authentication_options(rp_id=site(), user_verification=UserVerificationRequirement.REQUIRED)


def check_passkey(*, credential: dict[str, Any], challenge: bytes, caller: Caller) -> User:
    """The person whose passkey has signed this challenge. `invalid_credentials` for whatever else, `address_refused`
    from where administrators let nobody log in."""
    check_network(what=Try(Attempt.LOG_IN, caller.address))
    number = credential.get("id")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise Problem("invalid_credentials")
    with transaction.atomic():
        passkeys = Passkey.objects.select_for_update(of=("self",)).select_related("user")
        passkey = passkeys.filter(credential_id=number).first()
        if passkey is None or not passkey.user.may_log_in:
            raise Problem("invalid_credentials")
        try:
            used = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site(),
                expected_origin=settings.PYSTAGRAM_URL,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except MALFORMED:
            raise Problem("invalid_credentials") from None
        passkey.sign_count, passkey.last_used_at = used.new_sign_count, timezone.now()
        passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey.user
