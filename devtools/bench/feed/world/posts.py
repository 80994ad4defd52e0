"""Posts with their media, tags, mentions and likes, and the words by which they are found."""

import random
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np

from api.ids import moment_of
from devtools.bench.feed.world import ids
from devtools.bench.feed.world.copying import copy_binary, copy_text, text_of
from devtools.bench.feed.world.graph import Graph
from devtools.bench.feed.world.media import Photo, copy_photos
from devtools.bench.feed.world.sizes import Size
from devtools.bench.world import VOCABULARY, word, zipf
from posts.models import Mention, Place, Post, PostMedia, PostTag, Reaction, Tag
from search.models import SearchDocument
from search.posts.vectors import author_lexeme, quoted, vector_of

TAGS, PLACES, CAPTIONS = 1000, 500, 5000


@cache
def captions(seed: int) -> list[str]:
    """A pool of texts of common and rare words, of 3 to 30 words each."""
    chance, weights = random.Random(seed), zipf(VOCABULARY)
    ranks = range(VOCABULARY)
    return [
        " ".join(map(word, chance.choices(ranks, cum_weights=weights, k=chance.randint(3, 30))))
        for _ in range(CAPTIONS)
    ]


def copy_tags_and_places(cursor: Any, size: Size, moment: datetime) -> None:
    """What posts name."""
    tags = [f"{number}\t{word(number)}\t{word(number)}" for number in range(1, TAGS + 1)]
    copy_text(cursor, Tag, ["id", "normalized_name", "search_key"], tags, moment)
    places = [f"{number}\tplace {word(number)}\tplace {word(number)}" for number in range(1, PLACES + 1)]
    copy_text(cursor, Place, ["id", "normalized_name", "search_key"], places, moment)


def photos_of(posts: Any) -> Any:
    """How many photos each of these posts has: one, and every tenth two to four."""
    return np.where(posts % 10 == 0, 2 + posts // 10 % 3, 1)


def likes_of(posts: Any) -> Any:
    """How many likes each of these posts has."""
    return posts % 3


def copy_posts(cursor: Any, graph: Graph, begun: datetime, start: int, end: int) -> None:
    """Posts numbered from `start` up to `end`, oldest first."""
    size = graph.size
    numbers, post_ids = np.arange(start, end), ids.post_ids(size, begun, start, end)
    authors = graph.authors_of(start, end)
    counts = photos_of(numbers)
    owner = np.repeat(np.arange(end - start), counts)  # of each photo: the place of its post
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    media_ids = ids.media_of(post_ids[owner], place)
    first = int(photos_of(np.arange(start)).sum()) + 1
    photos = (Photo(first + at, int(media_ids[at]), int(author)) for at, author in enumerate(authors[owner]))
    copy_photos(cursor, photos, size.seed, begun)
    _copy_rows(cursor, size, numbers, post_ids, authors)
    items = {
        "id": np.arange(first, first + len(owner)),
        "post_id": post_ids[owner],
        "media_id": media_ids,
        "position": place,
    }
    copy_binary(cursor, PostMedia, items, begun)
    _copy_tags(cursor, numbers, post_ids, begun)
    _copy_mentions(cursor, size, numbers, post_ids, begun)
    _copy_likes(cursor, size, numbers, post_ids, begun)
    _copy_documents(cursor, size, numbers, post_ids, authors, begun)


@cache
def vectors(seed: int) -> list[str]:
    """What search keeps of the words of each text of the pool."""
    nobody = quoted(author_lexeme(0))
    made = (vector_of(author_id=0, tags=[], caption=text, place="", alt_texts=[]) for text in captions(seed))
    return [vector.removeprefix(nobody) for vector in made]


def _copy_documents(cursor: Any, size: Size, numbers: Any, post_ids: Any, authors: Any, moment: datetime) -> None:
    words = vectors(size.seed)
    rows = (
        f"{post_id}\t{post_id}\t{quoted(author_lexeme(author))} {words[number * 7919 % CAPTIONS]}"
        for number, post_id, author in zip(numbers.tolist(), post_ids.tolist(), authors.tolist(), strict=True)
    )
    copy_text(cursor, SearchDocument, ["post_id", "timeline_id", "vector"], rows, moment)


def _copy_rows(cursor: Any, size: Size, numbers: Any, post_ids: Any, authors: Any) -> None:
    texts = captions(size.seed)
    rows = []
    for number, post_id, author in zip(numbers.tolist(), post_ids.tolist(), authors.tolist(), strict=True):
        at = moment_of(post_id).isoformat()
        where = number // 3 % PLACES + 1 if number % 3 == 0 else None
        place, likes, caption = f"Place {word(where)}" if where else "", number % 3, texts[number * 7919 % CAPTIONS]
        named = f"{text_of(where)}\t{place}"
        rows.append(f"{post_id}\t{author}\t{post_id}\t{caption}\t{named}\t{likes}\t{at}\t{at}")
    names = [
        "id", "author_id", "timeline_id", "caption", "place_id", "place_name", "likes_count", "created_at",
        "updated_at",
    ]  # fmt: skip
    copy_text(cursor, Post, names, rows, moment_of(int(post_ids[0])))


def _copy_tags(cursor: Any, numbers: Any, post_ids: Any, moment: datetime) -> None:
    """Two different tags on every second post."""
    rows = [
        # the numbers between are not taken
        f"{number + position + 1}\t{post_id}\t{post_id}\t{tag}\t{word(tag)}\t{position}"
        for number, post_id in zip(numbers.tolist(), post_ids.tolist(), strict=True) if number % 2 == 0
        for position, tag in enumerate((number // 2 * 31 + half) % TAGS + 1 for half in (0, TAGS // 2))
    ]  # fmt: skip
    copy_text(cursor, PostTag, ["id", "post_id", "timeline_id", "tag_id", "name", "position"], rows, moment)


def _copy_mentions(cursor: Any, size: Size, numbers: Any, post_ids: Any, moment: datetime) -> None:
    """Somebody on every tenth post."""
    some = numbers % 10 == 3
    columns = {
        "id": numbers[some] + 1,
        "post_id": post_ids[some],
        "user_id": numbers[some] * 104_729 % size.people + 1,
    }
    if some.any():
        copy_binary(cursor, Mention, columns, moment)


def _copy_likes(cursor: Any, size: Size, numbers: Any, post_ids: Any, moment: datetime) -> None:
    """As many as `likes_of` says, each by another person."""
    for rank in (1, 2):
        liked = likes_of(numbers) >= rank
        columns = {
            "id": numbers[liked] * 2 + rank,
            "post_id": post_ids[liked],
            "user_id": (numbers[liked] * 7919 + rank * (size.people // 2)) % size.people + 1,
            "kind": str(Reaction.Kind.LIKE),
            "created_at": moment,
        }
        if liked.any():
            copy_binary(cursor, Reaction, columns, moment)
