"""The hidden leaves no trace: every route answers byte for byte alike with and without rows that nobody may see.

Asked are status, headers and body of every GET route of the visibility matrix, and of the variants below, with cursors
followed to their end. Ids of what may be seen are the same in both worlds; only times of computation differ.
"""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api.redis import feeds
from media import tokens
from posts.models import Place, Tag
from posts.tasks import count_label_uses, rank_trending
from search.explore import actions as explore_actions
from search.tasks import compute_explore
from tests.contract.hidden_rows import STATES, VIEWERS, World, hide
from tests.contract.visibility_matrix import MATRIX
from tests.support.landing import share

pytestmark = pytest.mark.django_db
COUNT = 1200  # so that more are newer than any window that a read looks at
MAX_PAGES = 40
TOLD = "rows that nobody may see change these answers: read through visible_to, or say in ALLOWED why they may:"
VARIANTS = [
    "/v1/posts/{post}/comments?limit=1",
    "/v1/posts/{post}/comments?order=oldest&limit=1",
    "/v1/posts/{post}/comments?order=top&limit=1",
    "/v1/users/{owner}/posts?limit=2",
    "/v1/feed?limit=2",
    "/v1/tags/{tag}/posts?limit=2",
    "/v1/tags/{tag}/posts?sort=top&limit=2",
    "/v1/tags/{tag}/posts?sort=recent&limit=2",
    "/v1/places/{place}/posts?limit=2",
    "/v1/posts/nearby?lat=41.015&lon=28.9795&limit=2",
    "/v1/places/nearby?lat=41.015&lon=28.9795&limit=2",
    "/v1/search?type=posts&q=lighthouse&limit=2",
    "/v1/search?type=posts&q=lighthouse&sort=newest&limit=2",
    "/v1/search?type=posts&q=%23{tag}&limit=2",
    "/v1/search?type=tags&q={tag}",
    "/v1/search?type=tags&q=nowh",
    "/v1/search?type=places&q=nowhere",
    "/v1/search?type=users&q=olga",
    "/v1/explore?limit=2",
    "/v1/me/saved?limit=1",
    "/v1/me/likes?limit=1",
    "/v1/me/collections/{collection}/posts?limit=1",
    "/v1/me/collections?post={post}",
]
VOLATILE = [
    (re.compile(rb'"generated_at":"[^"]+"'), b'"generated_at"'),
    (re.compile(rb'"last_used_at":"[^"]+"'), b'"last_used_at"'),
]
# What is allowed to differ, with the reason.
ALLOWED = {
    "/v1/docs": "a page of its own, with tokens against forged forms",
    "/v1/suggestions": "a private account's card, and that of somebody with archived posts, may be seen and suggested",
    "/v1/me/blocks": "one's own list",
    "/v1/me/hidden-comments": "the owner's own list",
    "/v1/trending/tags": "ranks what public accounts use, for everybody alike",
}
GLOBAL_COUNTS = re.compile(rb'"posts_count":\d+')  # of public posts, for everybody alike: also of whom a block hides
OF_PUBLIC_ACCOUNTS = {"blocking", "blocked"}
LABELS = ("/v1/tags/", "/v1/places/", "/v1/search?type=tags", "/v1/search?type=places")
NAMES = re.compile(rb'"name":"[^"]*"')
VOLATILE_HEADERS = {"X-Request-Id", "Feed-Generated-At", "Content-Length"}


def paths(world: World, viewer: str) -> Iterator[str]:
    for (_, method), row in MATRIX.items():
        if method == "get" and row.path not in ALLOWED and "{trashed}" not in row.path and "{archived}" not in row.path:
            yield row.path.format(**world.names(viewer))
    for path in VARIANTS:
        yield path.format(**world.names(viewer))


def recompute() -> None:
    """All that is computed ahead, as of now."""
    feeds().flushdb()
    cache.clear()
    for model in (Tag, Place):
        model.objects.update(counted_at=None)  # else what was counted a moment ago is not counted again
    count_label_uses()
    rank_trending()
    compute_explore()


def answers(world: World, viewers: Collection[str]) -> dict[tuple[str, str], list[Any]]:
    """Viewer and path -> status, headers and body of each page."""
    found = {}
    for name in viewers:
        user = world.viewers[name]
        client = APIClient()
        client.force_authenticate(User.objects.get(pk=user.pk))
        for path in paths(world, name):
            found[name, path] = list(pages(client, path))
    return found


def compared(state: str, path: str, pages: list[Any]) -> list[Any]:
    """Public posts spell what tags and places are called, for everybody alike: also those of whom a block hides."""
    if state not in OF_PUBLIC_ACCOUNTS or not path.startswith(LABELS):
        return pages
    return [(status, {**headers, "ETag": ""}, NAMES.sub(b'"name"', body)) for status, headers, body in pages]


def pages(client: APIClient, path: str) -> Iterator[tuple[int, dict[str, str], bytes]]:
    for _ in range(MAX_PAGES):
        answer: Any = client.get(path)
        body = sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for pattern, instead in VOLATILE:
            body = pattern.sub(instead, body)
        if path.startswith(("/v1/tags/", "/v1/places/", "/v1/search")):
            body = GLOBAL_COUNTS.sub(b'"posts_count"', body)
        volatile = VOLATILE_HEADERS if body == sent else {*VOLATILE_HEADERS, "ETag"}
        headers = {name: value for name, value in answer.headers.items() if name not in volatile}
        yield answer.status_code, headers, body
        link = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        if link is None:
            return
        path = link[1]
    raise AssertionError(f"{path} has more pages than rows")


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    """Rate limits count down from answer to answer."""
    settings.RATE_LIMITS = False


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still: the version of explore's list, which its cursors name, is when it was computed."""
    moment = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr(explore_actions.timezone, "now", lambda: moment)
    monkeypatch.setattr(tokens, "time", SimpleNamespace(time=moment.timestamp))  # entity tags hold the ends of tokens


def traces(viewers: Collection[str]) -> list[str]:
    """Where any state of hidden rows shows, for these viewers."""
    world = World()
    recompute()
    before = answers(world, viewers)
    found = []
    for name, state in STATES.items():
        with transaction.atomic():
            hide(world, state, count=COUNT)
            recompute()
            after = answers(world, [who for who in viewers if who != state.visible_to])
            found += [
                f"{name}: {path} as {who}"
                for (who, path), pages in after.items()
                if compared(name, path, pages) != compared(name, path, before[who, path])
            ]
            transaction.set_rollback(True)
    return found


def test_hidden_rows_change_no_answer_for_a_stranger():
    found = traces(["stranger"])
    assert not found, "\n".join([TOLD, *found])


@pytest.mark.slow
def test_hidden_rows_change_no_answer_for_anybody():
    """For a third of the viewers at a landing."""
    found = traces(share(VIEWERS, 3))
    assert not found, "\n".join([TOLD, *found])
