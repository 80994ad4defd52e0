"""What searches cost in a made-up world: times, plans, sizes of indexes, and the same by `icontains`."""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from devtools.bench.world import FIRST_NAMES, LAST_NAMES, TAGS, VOCABULARY, word, zipf
from posts.models import Post
from search.explore.ranking import popular_ids
from search.explore.reading import page_of_snapshot
from search.explore.snapshots import Snapshot
from search.kinds import KINDS
from search.models import SearchDocument
from search.posts.actions import index_posts
from search.posts.matching import find_newest
from search.suggestions.candidates import suggestions_for
from social.people import for_display, people_visible_to, with_relation_to

LARGE = ("posts_post", "search_searchdocument", "accounts_user", "posts_posttag", "social_follow", "search_personword")
LARGE_FROM = 50_000  # rows; below it reading from end to end may well be the best plan
PAGE = 20
NAIVE = "icontains"
Search = Callable[[User, str], object]


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one kind of search."""

    p50: float
    p99: float


def searches(seed: int) -> dict[str, tuple[Search, list[str]]]:
    """Each kind of search with 100 texts to look for: common words and rare ones as people write them."""
    chance = random.Random(seed)
    words = [word(rank) for rank in chance.choices(range(VOCABULARY), cum_weights=zipf(VOCABULARY), k=200)]
    tags = [word(rank) for rank in chance.choices(range(TAGS), cum_weights=zipf(TAGS), k=100)]
    pairs = [" ".join(pair) for pair in zip(words[::2], words[1::2], strict=True)]
    asked = {
        "posts: a word": (_kind("posts"), words[:100]),
        "posts: two words": (_kind("posts"), pairs),
        "posts: a beginning": (_kind("posts"), [one[:4] for one in words[:100]]),
        "posts: a phrase": (_kind("posts"), [f'"{pair}"' for pair in pairs]),
        "posts: a tag": (_kind("posts"), [f"#{tag}" for tag in tags]),
        "posts: of an author": (_kind("posts"), [f"author:person{n} {one}" for n, one in enumerate(words[:100])]),
        "posts: newest": (_newest, words[:100]),
        f"posts: {NAIVE}": (_naive, words[:100]),
    }
    names = [f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}" for _ in range(100)]
    return {
        **asked,
        "users: one letter": (_kind("users"), [name[0] for name in names]),
        "users: a beginning": (_kind("users"), [name[:3] for name in names]),
        "users: a whole name": (_kind("users"), names),
        "users: with a typo": (_kind("users"), [typo(name.split()[1], chance) for name in names]),
        f"users: {NAIVE}": (_naive_people, [name.split()[1] for name in names]),
        "tags": (_kind("tags"), [tag[:5] for tag in tags]),
        "places": (_kind("places"), [f"place {tag[:3]}" for tag in tags]),
        **_without_words(chance),
    }


def _without_words(chance: random.Random) -> dict[str, tuple[Search, list[str]]]:
    """Explore and suggestions, of a hundred people."""
    people = [f"person{number}" for number in chance.sample(range(User.objects.count()), 100)]
    snapshot = cache(lambda: Snapshot(0, popular_ids(at=timezone.now())))

    def explored(viewer: User, name: str) -> object:
        return page_of_snapshot(snapshot(), viewer=_named(name), last=None, limit=PAGE)

    def suggested(viewer: User, name: str) -> object:
        return suggestions_for(viewer=_named(name), after=None, limit=PAGE)

    return {
        "explore": (explored, people),
        "suggestions": (suggested, people),
    }


def _named(name: str) -> User:
    return User.objects.get_queryset().get(username=name)


def typo(word: str, chance: random.Random) -> str:
    """The word with two neighbours swapped somewhere behind its first letter."""
    at = chance.randrange(1, max(2, len(word) - 1))
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def _naive_people(viewer: User, text: str) -> object:
    """What most clones do; without the trigram indexes of the admin's search it would read every row."""
    people = people_visible_to(viewer).filter(Q(username__icontains=text) | Q(name__icontains=text))
    return list(with_relation_to(viewer, for_display(people)).order_by("-followers_count")[:PAGE])


def _kind(name: str) -> Search:
    return lambda viewer, text: KINDS[name].find(viewer=viewer, text=text, after=None, limit=PAGE)


def _newest(viewer: User, text: str) -> object:
    return find_newest(viewer=viewer, text=text, after=None, limit=PAGE)


def _naive(viewer: User, text: str) -> object:
    """What most clones do."""
    posts = Post.objects.visible_to(viewer).filter(caption__icontains=text)
    return list(posts.for_display(viewer).order_by("-timeline_id")[:PAGE])


def timed(search: Search, viewer: User, texts: list[str]) -> Timed:
    """Each text once to warm up the first, then once for the clock."""
    search(viewer, texts[0])
    spent = []
    for text in texts:
        start = time.perf_counter()
        search(viewer, text)
        spent.append((time.perf_counter() - start) * 1000)
    return Timed(statistics.median(spent), sorted(spent)[max(0, round(len(spent) * 0.99) - 1)])


def sequential_scans(search: Search, viewer: User, text: str) -> list[str]:
    """The large tables that PostgreSQL would read from end to end for this search."""
    found: list[str] = []
    for plan in plans(search, viewer, text):
        found += [table for table in LARGE if re.search(rf"Seq Scan on {table}\b", plan)]
    return sorted({table for table in found if _rows(table) >= LARGE_FROM})


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def plans(search: Search, viewer: User, text: str) -> Iterator[str]:
    """The plan of each statement."""
    with CaptureQueriesContext(connection) as captured:
        search(viewer, text)
    for query in captured.captured_queries:
        if str(query["sql"]).startswith("SELECT") and " FROM " in str(query["sql"]):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + str(query["sql"]).replace("%", "%%"), [])
                yield "\n".join(row[0] for row in cursor.fetchall())


def index_sizes() -> dict[str, float]:
    """Megabytes of what search keeps, and of the table of posts to hold it against."""
    names = ["words_of_posts", "documents_newest_first", SearchDocument._meta.db_table, Post._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, pg_relation_size(n::regclass) / 1e6 FROM unnest(%s) n", [names])
        return {name: float(size) for name, size in cursor.fetchall()}


def explore_list() -> float:
    """Milliseconds that the task takes to compute explore's list."""
    start = time.perf_counter()
    popular_ids(at=timezone.now())
    return (time.perf_counter() - start) * 1000


def upkeep(posts: int = 500) -> float:
    """Milliseconds that one post costs when its words are written again, one at a time."""
    newest: Any = SearchDocument.objects.order_by("-timeline_id").values_list("pk", flat=True)[:posts]
    post_ids = list(newest)
    start = time.perf_counter()
    for post_id in post_ids:
        index_posts(post_ids=[post_id])
    return (time.perf_counter() - start) * 1000 / len(post_ids)
