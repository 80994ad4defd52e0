"""One-time passwords are those of RFC 6238, and secrets are encrypted at rest."""

import base64

import pytest

from accounts import totp
from accounts.vault import opened, sealed

SECRET = b"12345678901234567890"  # RFC 6238, appendix B; RFC 4226, appendix D


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_vectors_of_rfc_6238(seconds, code):
    assert totp.code_at(SECRET, seconds // 30, digits=8) == code
    assert totp.step_of(code[-6:], SECRET, seconds) == seconds // 30


@pytest.mark.parametrize(
    ("counter", "code"),
    [(0, "755224"), (1, "287082"), (2, "359152"), (3, "969429"), (4, "338314"), (5, "254676"), (6, "287922")],
)
def test_vectors_of_rfc_4226(counter, code):
    assert totp.code_at(SECRET, counter) == code


@pytest.mark.parametrize(
    ("seconds", "fits"), [(0, False), (29, False), (30, True), (89, True), (119, True), (120, False)]
)
def test_a_clock_may_be_half_a_minute_off(seconds, fits):
    assert (totp.step_of(totp.code_at(SECRET, 2), SECRET, seconds) == 2) is fits


def test_secrets_are_long_and_can_be_typed_and_scanned():
    secret = totp.new_secret()
    assert len(secret) == 20
    assert secret != totp.new_secret()
    assert base64.b32decode(totp.as_text(secret)) == secret
    uri = totp.as_uri(SECRET, account="alice", issuer="pics.example")
    assert uri == (
        "otpauth://totp/pics.example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=pics.example"
        "&digits=6&period=30"
    )


def test_what_is_sealed_opens_under_the_same_key_only(settings):
    text = sealed(SECRET)
    assert opened(text) == SECRET
    assert SECRET.decode() not in text
    assert sealed(SECRET) != text
    settings.SECRET_KEY = "another-key-of-fifty-characters-that-signs-nothing"
    assert opened(text) is None
