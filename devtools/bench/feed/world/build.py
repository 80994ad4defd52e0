"""Makes the world, or what is missing of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model

from accounts.models import Session, User
from devtools.bench.feed.world import people, posts, stories
from devtools.bench.feed.world.copying import copy_binary, copy_text
from devtools.bench.feed.world.graph import Graph
from devtools.bench.feed.world.sizes import Size
from devtools.bench.feed.world.steps import Progress, Steps
from devtools.bench.world import index_names
from media.actions.marking import ensure_marked
from media.models import Blob, Media, Rendition
from posts.models import Mention, Place, Post, PostMedia, PostTag, Reaction, Tag
from search.models import SearchDocument
from social.models import Block, Follow, Mute
from stories.models import Story

LARGE: tuple[type[Model], ...] = (
    User, Session, Follow, Block, Mute, Blob, Media, Rendition, Post, PostMedia, PostTag, Mention, Reaction, Tag, Place,
    Story, SearchDocument,
)  # fmt: skip
BATCH = 20_000


def table(model: type[Model]) -> str:
    return model._meta.db_table


def steps_of(size: Size) -> int:
    """What the progress bar counts to."""
    return size.all_people * 4 + size.people + size.posts


def build(size: Size, progress: Progress = lambda done: None) -> None:
    """Goes on where the last run ended. Raises OtherWorld."""
    ensure_marked()  # of the files that the rows name none is there: the folder must not look like an unmounted one
    steps = Steps(progress)
    try:
        begun = steps.claim(size.people, size.posts, size.seed)
        if steps.done("finished"):
            progress(steps_of(size))
            return
        steps.drop_indexes([table(model) for model in LARGE])
        _make(steps, size, Graph(size), begun)
        _count(steps)  # before the indexes, of which each of these rows would need a new entry
        steps.restore_indexes()
        steps.once("sequences", *[_SEQUENCE.format(table=table(model)) for model in LARGE if _counts_ids(model)])
        _name_people(steps)
        steps.once("finished")
        steps.vacuum()
    finally:
        steps.close()


def _make(steps: Steps, size: Size, graph: Graph, begun: Any) -> None:
    photos = int(posts.photos_of(np.arange(size.posts)).sum())
    ordinary = size.people
    makers: list[tuple[str, int, Callable[[Any, int, int], None]]] = [
        ("people", size.all_people, lambda cursor, a, b: people.copy_people(cursor, size, a, b, begun)),
        ("sessions", size.all_people, lambda cursor, a, b: people.copy_sessions(cursor, size, a, b, begun)),
        ("avatars", size.all_people, lambda cursor, a, b: stories.copy_avatars(cursor, size, photos, a, b, begun)),
        ("stories", size.all_people, lambda cursor, a, b: stories.copy_stories(cursor, size, a, b, begun)),
        ("follows", ordinary, lambda cursor, a, b: _copy_follows(cursor, graph, a, b, begun)),
    ]
    for name, total, make in makers:
        steps.run(name, total, BATCH, make)
    steps.run("special follows", 1, 1, lambda cursor, a, b: _copy_pairs(cursor, graph.special(), begun))
    steps.run("tags", 1, 1, lambda cursor, a, b: posts.copy_tags_and_places(cursor, size, begun))
    steps.run("posts", size.posts, BATCH, lambda cursor, a, b: posts.copy_posts(cursor, graph, begun, a, b))
    steps.run("blocks", 1, 1, lambda cursor, a, b: _copy_blocks(cursor, size, begun))


def _copy_follows(cursor: Any, graph: Graph, start: int, end: int, moment: Any) -> None:
    """A batch's follows; a hundredth of them are muted."""
    pairs = graph.ordinary(start, end)
    _copy_pairs(cursor, pairs, moment)
    followers, followees = (numbers[::100] for numbers in pairs)
    copy_text(
        cursor, Mute, ["muter_id", "muted_id"],
        [f"{one}\t{other}" for one, other in zip(followers.tolist(), followees.tolist(), strict=True)], moment,
    )  # fmt: skip


def _copy_pairs(cursor: Any, pairs: tuple[Any, Any], moment: Any) -> None:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table(Follow)}")  # noqa: S608
    first = cursor.fetchone()[0] + 1
    followers, followees = pairs
    columns = {
        "id": np.arange(first, first + len(followers)),
        "follower_id": followers,
        "followee_id": followees,
        "created_at": moment,
        "accepted_at": moment,
    }
    if len(followers):
        copy_binary(cursor, Follow, columns, moment)


def _copy_blocks(cursor: Any, size: Size, moment: Any) -> None:
    """One for every ten people, between ordinary ones; they end follows."""
    chance = np.random.default_rng([size.seed, 5])
    drawn = chance.integers(1, size.people + 1, (size.people // 10, 2)).tolist()
    pairs = {(blocker, blocked) for blocker, blocked in drawn if blocker != blocked}
    copy_text(cursor, Block, ["blocker_id", "blocked_id"], [f"{a}\t{b}" for a, b in sorted(pairs)], moment)
    cursor.execute(_UNFOLLOW.format(follow=table(Follow), block=table(Block)))


def _count(steps: Steps) -> None:
    names = {"user": table(User), "follow": table(Follow), "post": table(Post)}
    steps.once(
        "counts",
        *[
            _COUNTS.format(user=names["user"], column=column, rows=rows.format(**names))
            for column, rows in _COUNTED.items()
        ],
    )


def _name_people(steps: Steps) -> None:
    """What people are found by."""
    if not steps.done("names"):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        index_names(lambda rows: None)
        steps.once("names")


def _counts_ids(model: type[Model]) -> bool:
    return model._meta.pk is not None and model._meta.pk.get_internal_type() == "BigAutoField"


_SEQUENCE = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
_UNFOLLOW = """
DELETE FROM {follow} USING {block} WHERE (follower_id = blocker_id AND followee_id = blocked_id)
    OR (follower_id = blocked_id AND followee_id = blocker_id)
"""
_COUNTED = {
    "followers_count": "SELECT followee_id AS id, count(*) AS number FROM {follow} GROUP BY 1",
    "following_count": "SELECT follower_id AS id, count(*) AS number FROM {follow} GROUP BY 1",
    "posts_count": "SELECT author_id AS id, count(*) AS number FROM {post} GROUP BY 1",
}
_COUNTS = "UPDATE {user} SET {column} = counted.number FROM ({rows}) counted WHERE {user}.id = counted.id"
