"""Fetching an original as clients do: they follow the redirect to a bucket."""

from typing import Any
from urllib.request import urlopen

from rest_framework.test import APIClient


def original_of(client: APIClient, address: str, **headers: str) -> bytes:
    """The bytes of the original of the media at `address`."""
    return body_of(client.get(f"{address}/original", headers=headers))


def body_of(answer: Any) -> bytes:
    """The bytes that an answer holds or leads to."""
    if answer.status_code == 302:
        with urlopen(answer["Location"], timeout=10) as file:  # noqa: S310 - an address of the test's own bucket
            return bytes(file.read())
    assert answer.status_code == 200, answer
    return bytes(answer.getvalue())
