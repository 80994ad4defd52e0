"""A photo becomes an avatar in the moment in which it is posted: both happen, neither waits for the other for ever."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from media.models import Media
from posts.actions import publishing
from tests.support import factories
from tests.support.locks import wait_for_waiting

pytestmark = pytest.mark.django_db(transaction=True)


def test_avatar_against_post(alice, client_for, monkeypatch):
    photo = factories.media(alice)
    holds, statuses = threading.Event(), {}
    add_tags = publishing.add_tags

    def add_tags_late(**fields: Any) -> None:
        """The photo is attached, the count of posts not yet written: now somebody else comes."""
        holds.set()
        wait_for_waiting()
        add_tags(**fields)

    def run(name: str, call: Callable[[], Any]) -> None:
        statuses[name] = call().status_code
        connection.close()

    def put_avatar() -> Any:
        assert holds.wait(10)
        return client_for(alice).put("/v1/me/avatar", {"media": str(photo.pk)}, format="json")

    monkeypatch.setattr(publishing, "add_tags", add_tags_late)
    calls = {
        "post": lambda: client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]}, format="json"),
        "avatar": put_avatar,
    }
    threads = [threading.Thread(target=run, args=each) for each in calls.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == {"post": 201, "avatar": 200}
    assert Media.objects.get(pk=photo.pk).references == 2
    assert User.objects.get(pk=alice.pk).posts_count == 1
