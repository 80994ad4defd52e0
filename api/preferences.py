"""What a request prefers: the `Prefer` header of RFC 7240."""

import re

from django.http import HttpRequest
from rest_framework.request import Request

PREFERENCE = "handling=strict"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def is_strict(request: HttpRequest | Request) -> bool:
    """Whether the first `handling` of the `Prefer` headers says `strict`."""
    header = request.META.get("HTTP_PREFER", "")
    for preference in _QUOTED.sub(lambda quoted: re.sub(r"[^\w-]", "", quoted[1]), header).split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "handling":
            return value.strip().lower() == "strict"
    return False
