"""Reading and rebuilding over the number of follows, queries, and the first reads after a restart."""

import itertools
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from devtools.bench.feed import feeds
from devtools.bench.feed.context import FEED, Bench, Values
from devtools.bench.feed.parts.feed import prepare
from feed.models import PulledAuthor
from social.models import Follow

Tell = Callable[[str], object]
REBUILDS = 20
PULLED = (0, 1, 17, 40, 100)  # of a dense viewer's followees; 17 is the mean for 200 follows in a world of 100 million


def viewers(bench: Bench) -> dict[str, int]:
    """By the number of their follows."""
    return {str(count): viewer for count, viewer in bench.size.followers_of_many.items()}


def over_follows(bench: Bench, tell: Tell) -> Values:
    """A warm feed, and one that has to be built, of viewers who follow one to thousands."""
    client, found = bench.redis(), dict[str, list[Values]]()
    for name, viewer in viewers(bench).items():
        bench.once([bench.get(viewer, FEED)] * 3)
        for number in range(bench.plan.repeat):
            tell(f"{name} follows, round {number + 1}")
            warm = bench.load([bench.get(viewer, FEED)], seconds=bench.plan.seconds / 2).as_json()
            found.setdefault(name, []).append({"warm": warm, "rebuilt": rebuilt(bench, client, viewer)})
    return {"follows": found, "pulled": over_pulled(bench, tell)}


def over_pulled(bench: Bench, tell: Tell) -> dict[str, list[Values]]:
    """A warm feed of a dense viewer, some of whose followees are pulled."""
    client, viewer, found = bench.redis(), bench.size.dense[0], dict[str, list[Values]]()
    followees = list(Follow.objects.accepted().filter(follower=viewer).values_list("followee", flat=True))
    for number, count in itertools.product(range(bench.plan.repeat), PULLED):
        tell(f"{count} followees pulled, round {number + 1}")
        authors = [PulledAuthor(author_id=one, number=place) for place, one in enumerate(followees[:count], 1)]
        PulledAuthor.objects.bulk_create(authors)
        feeds.forget(client, [viewer])
        bench.once([bench.get(viewer, FEED)] * 3)
        warm = bench.load([bench.get(viewer, FEED)], seconds=bench.plan.seconds / 2).as_json()
        found.setdefault(str(count), []).append(warm)
        PulledAuthor.objects.all().delete()
    feeds.forget(client, [viewer])
    return found


def rebuilt(bench: Bench, client: object, viewer: int) -> Values:
    """Each read finds no feed."""
    single = []
    for _ in range(REBUILDS):
        feeds.forget(client, [viewer])  # type: ignore[arg-type]
        single += bench.once([bench.get(viewer, FEED)]).good
    times = sorted(one.latency * 1000 for one in single)
    return {"count": len(times), "p50": times[len(times) // 2], "max": times[-1]}


def queries(bench: Bench, tell: Tell) -> Values:
    """SQL statements of a feed in this process, besides those of the do-nothing view."""
    tell("queries of a feed")
    prepare(bench)
    client = bench.redis()
    sorts = {**viewers(bench), "dense": bench.size.dense[0], "sparse": bench.size.sparse[0]}
    found = {}
    for name, viewer in sorts.items():
        asked(bench, viewer, FEED)
        warm = asked(bench, viewer, FEED) - asked(bench, viewer, "/bench/nothing")
        feeds.forget(client, [viewer])
        found[name] = {"warm": warm, "rebuilt": asked(bench, viewer, FEED) - asked(bench, viewer, "/bench/nothing")}
    return {"queries": found}


def asked(bench: Bench, viewer: int, path: str) -> int:
    """Statements of one request."""
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(path, headers={"authorization": f"Bearer {bench.token(viewer)}"})
    assert answer.status_code == 200, answer.content[:200]
    return len(captured)


def after_restart(bench: Bench, tell: Tell) -> Values:
    """The first reads of each of the dense viewers after everything was stopped and started."""
    prepare(bench)
    rounds = []
    for number in range(bench.plan.repeat):
        tell(f"restart {number + 1}")
        bench.stack.restart()
        connection.close()
        load = bench.once(bench.gets(bench.size.dense, FEED))
        first = load.exchanges[0]
        rounds.append({"first": first.latency * 1000, "status": first.status, **load.as_json()})
    return {"rounds": rounds}
