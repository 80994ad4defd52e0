"""CPU of every other list, one client, mostly dense viewers: of web, worker, Redis and PostgreSQL together."""

import random
from collections.abc import Callable

from devtools.bench.feed.context import Bench, Values
from devtools.bench.feed.load.http import Call
from devtools.bench.feed.parts.fanout import wait_until_done
from devtools.bench.feed.parts.writes import DRAIN_SECONDS
from devtools.bench.feed.world.activity import commented_post, notified_people
from devtools.bench.feed.world.people import is_private, username
from devtools.bench.world import FIRST_NAMES, LAST_NAMES, word
from posts.models import Post, Save
from search.explore.actions import compute_explore

Tell = Callable[[str], object]
PAGE = "limit=20"
SAVED = 25
ORDERS = ("newest", "oldest", "top")
NOTIFICATIONS = "notifications"


def lists(bench: Bench) -> dict[str, list[Call]]:
    """Each list as it is asked for: names rotate, so that no cache of one answer flatters it."""
    chance, viewers = random.Random(bench.size.seed), bench.size.dense
    open_authors = [number for number in range(1, bench.size.people + 1, 5) if not is_private(number, bench.size)]
    names = [f"{chance.choice(FIRST_NAMES)}%20{chance.choice(LAST_NAMES)[:3]}" for _ in range(50)]
    commented = commented_post(bench.size)
    paths = {
        "a profile's posts": [f"/v1/users/{username(number)}/posts?{PAGE}" for number in open_authors[:50]],
        "saved": [f"/v1/me/saved?{PAGE}"],
        "explore": [f"/v1/explore?{PAGE}"],
        "a tag's posts": [f"/v1/tags/{word(number)}/posts?{PAGE}" for number in range(1, 41)],
        "a place's posts": [f"/v1/places/{place}/posts?{PAGE}" for place in range(1, 41)],
        "search of posts": [f"/v1/search?type=posts&q={word(number)}&{PAGE}" for number in range(1, 41)],
        "stories' tray": ["/v1/stories"],
        "suggestions": [f"/v1/suggestions?{PAGE}"],
        "search of people": [f"/v1/search?type=users&q={name}&{PAGE}" for name in names],
        "comments": [f"/v1/posts/{commented}/comments?{PAGE}&order={order}" for order in ORDERS],
        "/v1/me": ["/v1/me"],
        "a profile": [f"/v1/users/{username(number)}" for number in open_authors[:50]],
        "/v1/instance": ["/v1/instance"],
    }
    calls = {
        name: [bench.get(viewers[place % len(viewers)], some[place % len(some)]) for place in range(50)]
        for name, some in paths.items()
    }
    told = notified_people(bench.size)
    return {**calls, NOTIFICATIONS: [bench.get(number, f"/v1/notifications?{PAGE}") for number in told]}


def save_some(bench: Bench) -> None:
    """A list of saved posts for each viewer: the posts that each feed begins with."""
    for number in bench.size.dense:
        if not Save.objects.filter(user=number).exists():
            rows = newest_ids(SAVED)
            Save.objects.bulk_create([Save(user_id=number, post_id=post) for post in rows], ignore_conflicts=True)


def newest_ids(count: int) -> list[int]:
    return list(Post.objects.live().order_by("-timeline_id").values_list("pk", flat=True)[:count])


def measure(bench: Bench, tell: Tell) -> Values:
    """Rounds over all of them."""
    save_some(bench)
    wait_until_done(DRAIN_SECONDS)
    compute_explore()  # else its task does that between two calls
    calls = lists(bench)
    for name, some in calls.items():
        tell(f"warming: {name}")
        bench.once([*some, *some], connections=4)  # so that either web process has met most of them
    found: dict[str, list[Values]] = {name: [] for name in calls}
    for number in range(bench.plan.repeat):
        for name, some in calls.items():
            tell(f"{name}, round {number + 1}")
            found[name].append(bench.load(some, seconds=bench.plan.seconds / 2).as_json())
    return {"lists": found}
