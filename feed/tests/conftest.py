"""What tests of the feed ask again and again."""

from collections.abc import Callable, Iterator

import pytest

from accounts.models import User
from api.redis import feeds
from feed import reading, timelines
from posts.models import Post
from tests.support.redis_breaker import asked_again


@pytest.fixture(autouse=True)
def _redis_is_asked() -> Iterator[None]:
    with asked_again(reading.redis_breaker):
        yield


@pytest.fixture
def shown(client_for: Callable) -> Callable[[User], list[int]]:
    """`shown(bob)`: the ids of the posts on the first page of bob's feed."""

    def ids(viewer: User) -> list[int]:
        answer = client_for(viewer).get("/v1/feed")
        assert answer.status_code == 200, answer.content
        return [int(post["id"]) for post in answer.json()["results"]]

    return ids


@pytest.fixture
def held() -> Callable[[User], list[int]]:
    """`held(bob)`: what Redis holds for bob, as it lies there, without the mark of the empty list."""

    def ids(owner: User) -> list[int]:
        return [int(number) for number in feeds().lrange(timelines.key_of(owner.pk), 0, -1) if number != b"0"]

    return ids


@pytest.fixture
def truth() -> Callable[[User], list[int]]:
    """`truth(bob)`: the ids of all posts that belong in bob's feed, newest first, as the rule says."""

    def ids(viewer: User) -> list[int]:
        posts = Post.objects.in_feed_of(viewer).order_by("-timeline_id")
        return list(posts.values_list("pk", flat=True))

    return ids
