"""What the tests of notifications share."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.support.outbox import drain

Client = Callable[[User | None], APIClient]


@pytest.fixture
def shown(client_for: Client) -> Callable[[User], list[dict[str, Any]]]:
    """What somebody's list shows after the workers are done; the unread count has to agree with it."""

    def read(person: User) -> list[dict[str, Any]]:
        drain()
        client = client_for(person)
        results: list[dict[str, Any]] = client.get("/v1/notifications").json()["results"]
        unread = sum(not row["seen"] for row in results)
        assert client.get("/v1/notifications/unread-count").json() == {"count": unread}
        return results

    return read


def told(rows: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Kind and user names of each."""
    return [(row["kind"], [actor["username"] for actor in row["actors"]]) for row in rows]
