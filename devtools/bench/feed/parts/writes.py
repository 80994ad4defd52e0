"""What writes cost, and how many likes a second there are: on posts of their own, and on one."""

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence

from api.ids import MAX_ID
from devtools.bench.feed.context import Bench, Values
from devtools.bench.feed.errors import Lost
from devtools.bench.feed.load.http import Call, call
from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.parts.fanout import idle_cpu, wait_until_done
from devtools.bench.feed.world.people import is_private, username
from devtools.bench.feed.world.spare_photos import spare_photos
from notifications.models import Notification
from posts.models import Post, Reaction
from social.models import Block

Tell = Callable[[str], object]
CLIENTS = 16
DRAIN_SECONDS = 900.0
LIKERS = 10_000  # of one post, at most
COUNT = 4000  # calls at hand of each sort, at most


def in_blocks() -> set[int]:
    """Everybody who has blocked somebody or was blocked: some of what others ask of them is rightly a 404."""
    return {person for pair in Block.objects.values_list("blocker", "blocked") for person in pair}


def open_posts(bench: Bench, count: int, but_of: Sequence[int] = ()) -> list[int]:
    """Posts that everybody may like: of public accounts, from the middle of the world, none of some authors."""
    rows = Post.objects.live().filter(author__is_private=False).exclude(author__in=[*but_of, *in_blocks()])
    numbers = rows.order_by("-timeline_id").values_list("pk", flat=True)
    return list(numbers[1000 : 1000 + count] or numbers[:count])


def likes(bench: Bench, posts: Sequence[int], people: Sequence[int]) -> Iterator[Call]:
    """Each person likes each post once, the posts in turn; a second round takes them back."""
    for method in ("PUT", "DELETE"):
        for offset in range(len(posts)):
            for place, number in enumerate(people):
                post = posts[(place + offset) % len(posts)]
                yield call(method, f"/v1/posts/{post}/like", bench.token(number), name="like")


def follows(bench: Bench) -> Iterator[Call]:
    """Ordinary people follow somebody public, then no longer."""
    left_out = in_blocks()
    people = range(1, bench.size.people + 1)
    targets = [number for number in people if number not in left_out and not is_private(number, bench.size)]
    ordinary = bench.ordinary
    for method in ("PUT", "DELETE"):
        for place in range(COUNT):
            target = targets[place * 37 % len(targets)]
            one = ordinary[place % len(ordinary)]
            if one != target:
                yield call(method, f"/v1/users/{username(target)}/follow", bench.token(one), name="follow")


def comments(bench: Bench, posts: Sequence[int]) -> Iterator[Call]:
    people = bench.ordinary
    for place in range(COUNT):
        path, body = f"/v1/posts/{posts[place % len(posts)]}/comments", {"text": f"comment number {place}"}
        yield call("POST", path, bench.token(people[place % len(people)]), body, name="comment")


def publications(bench: Bench, photos: Sequence[tuple[int, int]]) -> Iterator[Call]:
    """A post of each photo, by its owner."""
    for owner, media in photos:
        body = {"media": [str(media)], "caption": f"published as number {media} #bench"}
        yield call("POST", "/v1/posts", bench.token(owner), body, name="publish")


def calls_of(bench: Bench) -> dict[str, Iterator[Call]]:
    posts = open_posts(bench, 200)
    authors = [number for number in bench.ordinary if number % 5 < 3]
    photos = spare_photos([authors[place % len(authors)] for place in range(COUNT // 2)], bench.size.seed)
    return {
        "like": likes(bench, posts, bench.ordinary),
        "follow": follows(bench),
        "comment": comments(bench, posts),
        "publish": publications(bench, photos),
    }


def measure(bench: Bench, tell: Tell) -> Values:
    """CPU of each write with one client, and likes by sixteen, while workers stand still; then what follows is done."""
    wait_until_done()
    calls, found = calls_of(bench), dict[str, list[Values]]()
    with bench.stack.paused():
        for number, (name, some) in itertools.product(range(bench.plan.repeat), calls.items()):
            tell(f"{name}, round {number + 1}")
            found.setdefault(name, []).append(bench.load(some).as_json())
        likes_found = many_likes(bench, tell)
    tell("what follows from writes")
    wait_until_done(DRAIN_SECONDS)
    tell("what follows from many likes of one post")
    return {"writes": found, "likes": likes_found, "told": told(bench)}


def told(bench: Bench) -> Values:
    """Milliseconds of CPU for each of many likes of one post, until its author's notification counts them.

    Raises Lost unless one notification is new to the author then.
    """
    post = open_posts(bench, CLIENTS + 1)[-1]
    author = Post.objects.get(pk=post).author_id
    people = [one for one in range(1, min(LIKERS, bench.size.people) + 1) if one != author]
    forget_likes(post)
    seen = call("PUT", "/v1/notifications/seen", bench.token(author), {"up_to": str(MAX_ID)})
    bench.once([seen])
    idle = idle_cpu(bench, 2.0)
    with bench.stack.paused():
        likes = bench.once([call("PUT", f"/v1/posts/{post}/like", bench.token(one)) for one in people], CLIENTS)
    before, start = bench.spent(), time.monotonic()
    wait_until_done(DRAIN_SECONDS)
    took, spent = time.monotonic() - start, cpu.between(before, bench.spent())
    (unread,) = bench.once([bench.get(author, "/v1/notifications/unread-count", keep_body=True)]).exchanges
    if json.loads(unread.body) != {"count": 1}:
        raise Lost(f"after likes of one post, new to its author: {unread.body[:200]!r}")
    count = len(likes.good)
    each = {kind: max(0.0, spent[kind] - idle[kind] * took) * 1000 / count for kind in (cpu.WORKER, cpu.POSTGRES)}
    return {"likes": count, "seconds": took, "milliseconds": each}


def forget_likes(post: int) -> None:
    """Of earlier runs, with what was told of them: else nothing would be new."""
    Notification.objects.filter(post=post).delete()
    Reaction.objects.filter(post=post).delete()
    Post.objects.filter(pk=post).update(likes_count=0, dislikes_count=0)


def many_likes(bench: Bench, tell: Tell) -> Values:
    """Likes a second of sixteen people at a time."""
    posts, people = open_posts(bench, CLIENTS), bench.ordinary[: CLIENTS * 60]
    ways = {"on posts of their own": posts, "on one post": posts[:1]}
    found: dict[str, list[Values]] = {name: [] for name in ways}
    for number, (name, some) in itertools.product(range(bench.plan.repeat), ways.items()):
        tell(f"likes {name}, round {number + 1}")
        endless = itertools.chain.from_iterable(likes(bench, some, people) for _ in itertools.count())
        found[name].append(bench.load(endless, connections=CLIENTS).as_json())
    return found
