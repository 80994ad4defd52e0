"""A POST that makes something says where it is."""

from typing import Any

import pytest

from tests.support import factories

pytestmark = pytest.mark.django_db


def made(client: Any, path: str, body: dict[str, Any], key: str = "") -> str:
    """The address of what the POST made, once it was found there."""
    answer = client.post(path, body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 201, answer.content
    address = str(answer["Location"])
    assert client.get(address).json()["id"] == answer.json()["id"]
    return address


def test_what_was_made_is_where_the_answer_says(client_for, alice):
    client = client_for(alice)
    post = made(client, "/v1/posts", {"media": [str(factories.media(alice).pk)]})
    made(client, f"{post}/comments", {"text": "first"})
    story = made(client, "/v1/stories", {"media": str(factories.media(alice).pk)})
    made(client, "/v1/highlights", {"title": "Summer", "stories": [story.rpartition("/")[2]]})
    made(client, "/v1/media/uploads", {"size": 1000})


def test_a_retry_is_sent_to_the_same_place(client_for, alice):
    body = {"media": [str(factories.media(alice).pk)]}
    assert made(client_for(alice), "/v1/posts", body, "once") == made(client_for(alice), "/v1/posts", body, "once")
