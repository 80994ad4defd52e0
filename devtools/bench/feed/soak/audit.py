"""The soak held against SQL: nothing acknowledged is lost, nothing is there twice, feeds are what SQL says."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q

from accounts.models import User
from devtools.bench.feed.context import FEED, Bench, Values
from devtools.bench.feed.parts.fanout import outbox_has_work
from devtools.bench.feed.soak.ledger import Ledger
from events.models import Delivery
from posts.models import Post, Reaction
from social.models import Follow

VIEWERS = 200  # whose feeds are compared
DRAIN_SECONDS = 300.0


def drain() -> float:
    """Seconds until every delivery was done."""
    start = time.monotonic()
    while outbox_has_work():
        if time.monotonic() - start > DRAIN_SECONDS:
            break
        time.sleep(0.1)
    return time.monotonic() - start


def audit(bench: Bench, ledger: Ledger) -> Values:
    """Counts of what is wrong, by kind; all are 0 if all is well."""
    return {
        "deliveries left": Delivery.objects.filter(done_at__isnull=True).count(),
        **posts(ledger),
        **likes(ledger),
        **follows(ledger),
        **counts(ledger),
        **feeds(bench),
    }


def posts(ledger: Ledger) -> Values:
    """Each key of a post that was acknowledged has one row, and no key has two."""
    keys = [one.key for one in ledger.publications]
    there = Counter[str]()
    for start in range(0, len(keys), 5000):
        rows = Post.objects.filter(idempotency_key__in=keys[start : start + 5000])
        there.update(key for key in rows.values_list("idempotency_key", flat=True) if key)
    acknowledged = [one.key for one in ledger.publications if one.status == 201]
    return {
        "posts lost": sum(there[key] == 0 for key in acknowledged),
        "posts twice": sum(count > 1 for count in there.values()),
        "posts refused": sum(one.status not in (0, 201) for one in ledger.publications),
    }


def likes(ledger: Ledger) -> Values:
    settled = {(one.person, one.target): one.is_on for one in ledger.of("like")}
    rows = Reaction.objects.filter(kind=Reaction.Kind.LIKE, post__in={post for _, post in settled})
    there = set(rows.values_list("user_id", "post_id"))
    return {"likes wrong": sum((pair in there) != on for pair, on in settled.items())}


def follows(ledger: Ledger) -> Values:
    settled = {(one.person, one.target): one.is_on for one in ledger.of("follow")}
    rows = Follow.objects.accepted().filter(follower__in={person for person, _ in settled})
    there = set(rows.values_list("follower_id", "followee_id"))
    return {"follows wrong": sum((pair in there) != on for pair, on in settled.items())}


def counts(ledger: Ledger) -> Values:
    """Counters of what was touched, beside their rows."""
    liked = Post.objects.filter(pk__in={one.target for one in ledger.of("like")})
    likes_of = Count("reactions", filter=Q(reactions__kind=Reaction.Kind.LIKE))
    followed = User.objects.get_queryset().filter(pk__in={one.target for one in ledger.of("follow")})
    followers = Count("follower_set", filter=Q(follower_set__accepted_at__isnull=False))
    return {
        "like counts wrong": liked.annotate(rows=likes_of).exclude(rows=F("likes_count")).count(),
        "follower counts wrong": followed.annotate(rows=followers).exclude(rows=F("followers_count")).count(),
    }


def feeds(bench: Bench) -> Values:
    """Feeds as they are served, beside `in_feed_of`."""
    people = random.Random(bench.size.seed).sample(bench.ordinary, min(VIEWERS, len(bench.ordinary)))
    answers = bench.once([bench.get(number, FEED, keep_body=True) for number in people]).exchanges
    wrong = Counter[str]()
    for number, answer in zip(people, answers, strict=True):
        if answer.status != 200:
            wrong["unanswered"] += 1
            continue
        wrong.update(compared(ids_in(json.loads(answer.body)["results"]), truth(number)))
    names = ("unanswered", "posts missing", "posts forbidden", "posts twice in a feed")
    return {f"feeds: {name}": wrong[name] for name in names} | {"feeds compared": len(people)}


def ids_in(results: Iterable[Any]) -> list[int]:
    return [int(post["id"]) for post in results]


def truth(number: int) -> list[int]:
    """The ids of the 100 newest posts that the person's feed may hold."""
    rows = Post.objects.in_feed_of(User(pk=number)).order_by("-timeline_id")
    return list(rows.values_list("pk", flat=True)[:100])


def compared(served: list[int], true: list[int]) -> Counter[str]:
    """What differs."""
    return Counter(
        {
            "posts missing": len(set(true) - set(served)),
            "posts forbidden": len(set(served) - set(true)),
            "posts twice in a feed": len(served) - len(set(served)),
        }
    )
