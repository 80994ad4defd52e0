"""Which public posts are popular now, varied by author. Knows no viewer.

score = (likes + 2 · commenters + 3 · saves - 2 · dislikes + 1) / (hours + 2)^1.5

Everybody counts once for each of these, and an author's own reactions, comments and saves not at all, so that no
account makes a post popular by repeating itself. The decay is Hacker News's with a somewhat lower exponent (1.8
there): photographs age slower than news. Saves weigh most, for they are the rarest; the weights are a judgement.
"""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Greatest, Least, Power

from api.ids import TIME_SHIFT, id_at
from posts.models import Comment, Post, Reaction, Save

KEEP = 500
NEWEST = 200_000  # posts a computation looks at: 2.4 hours of 23 a second; what was in the list before, too
SHORTLIST = 2000  # of those, looked at closely
WINDOWS = (timedelta(days=2), timedelta(days=30), None)  # wider while there are fewer than ENOUGH
ENOUGH = 100
COUNTED = 1000  # commenters and savers, at most
IN_A_ROW, PER_ROW = 20, 2  # of 20 neighbours, two by one author
CLOCKS_DIFFER = timedelta(seconds=1)  # the database's, which makes ids, and ours
HOUR = 3_600_000 << TIME_SHIFT  # in ids


def popular_ids(*, at: datetime, newest: int = NEWEST, before: Sequence[int] = ()) -> list[int]:
    """Ids of at most `KEEP` posts, best first, as of `at`; `before`: the list until now."""
    shortlist = _shortlist(at, newest)
    posts = _eligible(at).filter(pk__in={*shortlist, *before}).annotate(score=_score(at, _points()))
    return varied(list(posts.order_by("-score", "-timeline_id").values_list("pk", "author_id")))[:KEEP]


def varied(posts: Sequence[tuple[int, int]]) -> list[int]:
    """The ids in this order, but each author's third within twenty waits, for as long as there are others."""
    waiting = list(posts)
    order: list[int] = []
    recent: deque[int] = deque(maxlen=IN_A_ROW - 1)
    while waiting and len(order) < KEEP:
        seen = Counter(recent)
        place = next((i for i, (_, author) in enumerate(waiting) if seen[author] < PER_ROW), 0)
        post, author = waiting.pop(place)
        order.append(post)
        recent.append(author)
    return order


def _shortlist(at: datetime, newest: int) -> list[int]:
    """By the counts on the rows alone, from the first window that holds enough."""
    rough = _score(at, F("likes_count") + Least(F("comments_count"), 10) - 2 * F("dislikes_count") + 1)
    ids: list[int] = []
    for window in WINDOWS:
        posts = _eligible(at).filter(timeline_id__gte=id_at(at - window) if window else 1)
        candidates = posts.order_by("-timeline_id").values("pk")[:newest]
        ranked = Post.objects.filter(pk__in=candidates).annotate(rough=rough).order_by("-rough", "-timeline_id")
        ids = list(ranked.values_list("pk", flat=True)[:SHORTLIST])
        if len(ids) >= ENOUGH:
            break
    return ids


def _eligible(at: datetime) -> QuerySet[Post]:
    """What the public sees as of `at`."""
    return Post.objects.public().filter(timeline_id__lte=id_at(at + CLOCKS_DIFFER))


def _points() -> Any:
    """Everybody but the author, once for each."""
    by_author = {"post": OuterRef("pk"), "user": OuterRef("author")}
    own_like = Cast(Exists(Reaction.objects.likes().filter(**by_author)), IntegerField())
    comments = Comment.objects.live().filter(post=OuterRef("pk")).exclude(author=OuterRef("author"))
    commenters = _Count(comments.order_by().values("author").distinct()[:COUNTED])
    saves = _Count(Save.objects.filter(post=OuterRef("pk")).exclude(user=OuterRef("author")).values("pk")[:COUNTED])
    return F("likes_count") - own_like + 2 * commenters + 3 * saves - 2 * F("dislikes_count") + 1


def _score(at: datetime, points: Any) -> Any:
    hours = (Value(float(id_at(at))) - F("timeline_id")) / Value(float(HOUR))
    return ExpressionWrapper(points, FloatField()) / Power(Greatest(hours, 0.0) + 2.0, 1.5)


class _Count(Subquery):
    """How many rows the query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
