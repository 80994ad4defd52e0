"""A large made-up world for measuring search: people, follows, places, tags and posts, the same for the same seed.

Words, tags and places follow Zipf's law, as real ones do. Texts are a pool that posts draw from, so that most of the
work is PostgreSQL's own `INSERT … SELECT`. No media: search never reads them. Each step starts where the rows end, so
that a run that was cut goes on.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from api.search_key import name_key, normalized_name, search_key
from posts.actions import count_label_uses
from posts.models import Place, Tag
from posts.models.labels import label_id
from search.models import PersonDocument, PersonWord
from search.people.names import entries_for, weight_of
from search.posts.vectors import vector_of

VOCABULARY, TAGS, PLACES, TEXTS = 30_000, 3_000, 2_000, 20_000
BATCH = 20_000  # rows of one transaction
FIRST_ID = 1 << 40
_SYLLABLES = ["ba", "co", "de", "fi", "gu", "ka", "le", "mo", "na", "ri", "sa", "to", "ve", "zu", "lin", "mar", "ster"]
FIRST_NAMES = [
    "Ada", "Aisha", "Alejandro", "Alice", "Ana", "Anna", "Ben", "Carlos", "Chloé", "Daniel", "David", "Elena", "Emma",
    "Fatima", "George", "Hans", "Ines", "Ivan", "James", "João", "Jürgen", "Kim", "Lena", "Léa", "Luca", "Maria",
    "Mehmet", "Mohammed", "Nina", "Noah", "Olga", "Omar", "Paul", "Peter", "Sofía", "Søren", "Thomas", "Yusuf", "Zoë",
    "Øyvind",
]  # fmt: skip
LAST_NAMES = [
    "Andersson", "Becker", "Bianchi", "Brown", "Çelik", "Chen", "Cohen", "Costa", "Dubois", "Dvořák", "Fernández",
    "Fischer", "García", "Green", "Haddad", "Hansen", "Hernández", "Ivanova", "Jansen", "Johnson", "Kim", "Kovács",
    "Kowalski", "Lee", "López", "Martin", "Meyer", "Müller", "Nakamura", "Nguyen", "Novák", "Okafor", "Oliveira",
    "Papadopoulos", "Park", "Patel", "Pérez", "Petrov", "Rossi", "Santos", "Sato", "Schmidt", "Silva", "Singh",
    "Smith", "Suzuki", "Tanaka", "Wagner", "Wang", "Yılmaz",
]  # fmt: skip
Told = Callable[[int], object]


@dataclass(frozen=True)
class Size:
    users: int
    posts: int
    seed: int


def word(number: int) -> str:
    """The word of this rank: pronounceable, and never the same for two ranks."""
    parts = []
    number += len(_SYLLABLES)
    while number:
        number, part = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[part])
    return "".join(parts)


def zipf(ranks: int) -> list[float]:
    """Cumulative weights of `ranks` things by Zipf's law."""
    return list(accumulate(1 / (rank + 2) for rank in range(ranks)))


def build(size: Size, told: Told = lambda rows: None) -> None:
    """Makes what is missing of the world; `told` hears of every batch of users and posts."""
    _run("SET statement_timeout = 0")  # rows by the million in a statement
    try:
        _build(size, told)
    finally:
        _run("RESET statement_timeout")


def _build(size: Size, told: Told) -> None:
    _people(size, told)
    _follows(size)
    index_names(told)
    if not Tag.objects.exists():
        _texts(size)
    _posts(size, told)
    _run("ANALYZE")
    count_label_uses()


def _run(sql: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _batches(table_count: int, rows: int) -> list[tuple[int, int]]:
    return [(start, min(start + BATCH, rows)) for start in range(table_count, rows, BATCH)]


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _people(size: Size, told: Told) -> None:
    there = _count("SELECT count(*) FROM accounts_user")
    for start, end in _batches(there, size.users):
        _run(_USERS, start=start, end=end, first=FIRST_NAMES, last=LAST_NAMES)
        told(end - start)


def _follows(size: Size) -> None:
    if not _count("SELECT count(*) FROM social_follow"):
        _run("SELECT setseed(%(seed)s)", seed=size.seed % 1000 / 1000)
        _run(_FOLLOWS, users=size.users, rows=size.users * 10)
        _run(_FOLLOWERS)


def index_names(told: Told) -> None:
    """What people are found by, as `index_person` writes it, but a batch at a time."""
    while batch := _unnamed():
        documents, words = io.StringIO(), io.StringIO()
        for user_id, username, name, followers in batch:
            weight = weight_of(followers)
            documents.write(f"{user_id}\t{search_key(username)}\t{search_key(name)}\t{weight}\n")
            for entry, whole in entries_for(username=username, name=name).items():
                words.write(f"{user_id}\t{entry}\t{whole}\t{weight}\n")
        _copy(PersonDocument, "user_id, username, name, weight", documents)
        _copy(PersonWord, "document_id, word, is_username, weight", words)
        told(0)


def _unnamed() -> list[Any]:
    last = _count("SELECT coalesce(max(user_id), 0) FROM search_persondocument")
    people = User.objects.get_queryset().filter(pk__gt=last).order_by("pk")
    return list(people.values_list("pk", "username", "name", "followers_count")[:BATCH])


def _copy(model: type[Model], columns: str, rows: io.StringIO) -> None:
    rows.seek(0)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", rows)


def _label(model: type[Tag | Place], text: str) -> Any:
    name = normalized_name(text)
    return model(id=label_id(str(model._meta.model_name), name), normalized_name=name, search_key=name_key(text))


def _texts(size: Size) -> None:
    """The pool: captions with their tags, places and vectors."""
    chance = random.Random(size.seed)
    tags = Tag.objects.bulk_create([_label(Tag, word(number)) for number in range(TAGS)])
    places = Place.objects.bulk_create([_label(Place, f"Place {word(number)}") for number in range(PLACES)])
    of_words, of_tags, of_places = zipf(VOCABULARY), zipf(TAGS), zipf(PLACES)
    _run("CREATE TABLE bench_text (id int PRIMARY KEY, caption text, place bigint, tags bigint[], vector tsvector)")
    for number in range(TEXTS):
        ranks = chance.choices(range(VOCABULARY), cum_weights=of_words, k=chance.randint(3, 24))
        mine = {tag.pk: tag for tag in chance.choices(tags, cum_weights=of_tags, k=chance.randint(0, 5))}
        place = chance.choices(places, cum_weights=of_places)[0] if chance.random() < 0.4 else None
        caption, names = " ".join(map(word, ranks)), [tag.normalized_name for tag in mine.values()]
        where = place.normalized_name if place else ""
        vector = vector_of(author_id=0, tags=names, caption=caption, place=where, alt_texts=[])
        _run(_TEXT, id=number, caption=caption, place=place and place.pk, tags=list(mine), vector=vector)


def _posts(size: Size, told: Told) -> None:
    there = _count("SELECT count(*) FROM search_searchdocument")
    for start, end in _batches(there, size.posts):
        values = {"start": start, "end": end, "users": size.users, "texts": TEXTS, "seed": size.seed, "first": FIRST_ID}
        for sql in (_POSTS, _POST_TAGS, _DOCUMENTS):
            _run(sql, **values, now=timezone.now())
        told(end - start)


_USERS = """
INSERT INTO accounts_user (username, name, email, password, bio, website, is_private, is_staff, is_superuser,
    token_version, posts_count, followers_count, following_count, created_at)
SELECT 'person' || n, (%(first)s)[n %% 40 + 1] || ' ' || (%(last)s)[n / 40 %% 50 + 1], 'person' || n || '@example.com',
    '!', '', '', n %% 5 = 0, false, false,
    0, 10, 10, 10, now()
FROM generate_series(%(start)s, %(end)s - 1) n
"""
_FOLLOWS = """
INSERT INTO social_follow (follower_id, followee_id, created_at, accepted_at)
SELECT follower.id, followee.id, now(), now()
FROM (SELECT n %% %(users)s AS one, floor(%(users)s * power(random(), 3))::int AS other
      FROM generate_series(1, %(rows)s) n) pair
JOIN accounts_user follower ON follower.username = 'person' || pair.one
JOIN accounts_user followee ON followee.username = 'person' || pair.other
WHERE follower.id <> followee.id ON CONFLICT DO NOTHING
"""
_FOLLOWERS = """
UPDATE accounts_user SET followers_count = followers.number
FROM (SELECT followee_id, count(*) AS number FROM social_follow GROUP BY 1) followers
WHERE accounts_user.id = followers.followee_id
"""
_TEXT = "INSERT INTO bench_text VALUES (%(id)s, %(caption)s, %(place)s, %(tags)s::bigint[], %(vector)s::tsvector)"
_MADE = """
FROM generate_series(%(start)s, %(end)s - 1) n
JOIN bench_text t ON t.id = abs(hashint8(n + %(seed)s)::bigint) %% %(texts)s
"""
_POSTS = (
    """
INSERT INTO posts_post (id, author_id, timeline_id, caption, place_id, place_name, comments_enabled, likes_count,
    dislikes_count, comments_count, created_at, updated_at, idempotency_hash)
SELECT %(first)s + n, u.id, %(first)s + n, t.caption, t.place, coalesce(place.normalized_name, ''), true, 0, 0, 0,
    %(now)s, %(now)s, ''
"""
    + _MADE
    + """LEFT JOIN posts_place place ON place.id = t.place JOIN accounts_user u
    ON u.username = 'person' ||
        floor(%(users)s * power(abs(hashint8(n * 31 + %(seed)s)::bigint) / 2147483649.0, 2))::int
"""
)
_POST_TAGS = (
    "INSERT INTO posts_posttag (post_id, timeline_id, tag_id, name, position)"
    " SELECT %(first)s + n, %(first)s + n, tag.id, label.normalized_name, tag.place - 1"
    + _MADE
    + "CROSS JOIN LATERAL unnest(t.tags) WITH ORDINALITY AS tag(id, place) JOIN posts_tag label ON label.id = tag.id"
)
_DOCUMENTS = (
    """
INSERT INTO search_searchdocument (post_id, timeline_id, vector, indexed_at)
SELECT p.id, p.timeline_id, ts_delete(t.vector, '@0') || array_to_tsvector(ARRAY['@' || p.author_id]), %(now)s
"""
    + _MADE
    + "JOIN posts_post p ON p.id = %(first)s + n"
)
