"""Which requests prefer strict handling, and what an unknown name was probably meant to be."""

import pytest
from django.test import RequestFactory

from api.preferences import is_strict
from api.strict import meant_by


@pytest.mark.parametrize(
    ("prefer", "strict"),
    [
        ("handling=strict", True),
        ("Handling = Strict", True),
        ('handling="strict"', True),
        ("respond-async, handling=strict; x=y, wait=10", True),
        ('note="a, b", handling=strict', True),
        ("handling=strict, handling=lenient", True),  # the first counts
        ("handling=lenient, handling=strict", False),
        ("handling=lenient", False),
        ("handling", False),
        ("strict", False),
        ("xhandling=strict", False),
        ('note="handling=strict"', False),
        ('note="x, handling=strict, y"', False),
        ("", False),
        (",;=", False),
    ],
)
def test_who_prefers_strict_handling(prefer, strict):
    assert is_strict(RequestFactory().get("/", HTTP_PREFER=prefer)) is strict


KNOWN = {"is_private", "caption", "media_latitude", "media_longitude", "q", "tags"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("isPrivate", "is_private"),
        ("IsPrivate", "is_private"),
        ("is-private", "is_private"),
        ("is_privat", "is_private"),
        ("IS_PRIVATE", "is_private"),
        ("captoin", "caption"),
        ("Caption", "caption"),
        ("mediaLongitude", "media_longitude"),
        ("tag", "tags"),
        ("since_id", ""),
        ("username", ""),
        ("", ""),
        ("é", ""),
        ("x" * 100_000, ""),
    ],
)
def test_what_was_meant(name, meant):
    assert meant_by(name, KNOWN) == meant
