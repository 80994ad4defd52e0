"""What tests of search ask again and again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.http import urlencode

from accounts.models import User
from api.redis import feeds
from posts.actions.caption_entities import set_tags, tags_named
from posts.captions import tags_in
from posts.models import Post
from search.explore import reading
from search.posts import actions
from tests.support import factories
from tests.support.redis_breaker import asked_again


@pytest.fixture(autouse=True)
def _redis_is_asked() -> Iterator[None]:
    with asked_again(reading.redis_breaker):
        yield


@pytest.fixture
def refused(settings) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    there = settings.FEEDS_REDIS_URL
    feeds.cache_clear()
    settings.FEEDS_REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    settings.FEEDS_REDIS_URL = there


@pytest.fixture
def said() -> Callable[..., Post]:
    """`said(alice, "…", tags=[…], place="…", alt="…")`: a published post whose words are indexed."""

    def make(
        author: User, caption: str = "", *, tags: Any = (), place: str | None = None, alt: str = "", **fields: Any
    ) -> Post:
        post = factories.post(author, caption, place=place, **fields)
        set_tags(post=post, tags=tags_named(names=[*tags_in(caption), *tags]))
        if alt:
            media = post.items.get().media
            media.alt_text = alt
            media.save()
        actions.index_posts(post_ids=[post.pk])
        return post

    return make


@pytest.fixture
def search(client_for: Callable) -> Callable[..., Any]:
    """`search(bob, "lake", sort="newest")`: the answer's body; anything but a 200 must be asked for."""

    def ask(viewer: User, q: str, status: int = 200, **parameters: Any) -> Any:
        answer = client_for(viewer).get("/v1/search?" + urlencode({"q": q, **parameters}))
        assert answer.status_code == status, answer.content
        return answer.json()

    return ask


@pytest.fixture
def found(search: Callable) -> Callable[..., list[int]]:
    """`found(bob, "lake")`: the ids of the posts on the first page."""
    return lambda viewer, q, **parameters: [int(row["id"]) for row in search(viewer, q, **parameters)["results"]]
