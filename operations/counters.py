"""The counters that rows keep of other rows, and which of them differ from those rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from posts.models import Comment, CommentLike, Post, Reaction
from social.models import Follow

BATCH = 2000  # rows that one statement looks at


@dataclass(frozen=True)
class Counter:
    """`field` of each of `owners` is the number of those of `counted` whose `path` leads to it."""

    owners: QuerySet[Any]
    field: str
    counted: QuerySet[Any]
    path: str

    @property
    def name(self) -> str:
        return f"{self.owners.model._meta.model_name}.{self.field}"

    def counted_now(self) -> QuerySet[Any, Any]:
        """The owners with what the counter should say: pk, what it says, `truth`."""
        counted = self.counted.filter(**{self.path: OuterRef("pk")}).order_by()
        numbers = counted.values(self.path).annotate(number=Count("pk")).values("number")
        truth = Coalesce(Subquery(numbers), 0, output_field=IntegerField())
        return self.owners.annotate(truth=truth).values_list("pk", self.field, "truth")  # type: ignore[no-any-return]  # of any model


@dataclass(frozen=True)
class Difference:
    counter: Counter
    owner_id: int
    says: int
    truth: int

    def __str__(self) -> str:
        return f"{self.counter.name} of {self.owner_id}: says {self.says}, rows are {self.truth}"


def all_counters() -> list[Counter]:
    posts, comments, people = Post.objects.all(), Comment.objects.all(), User.objects.get_queryset()
    likes = Reaction.objects.likes()
    return [
        Counter(posts, "likes_count", likes, "post"),
        Counter(posts, "dislikes_count", Reaction.objects.filter(kind=Reaction.Kind.DISLIKE), "post"),
        Counter(posts, "comments_count", Comment.objects.live(), "post"),
        Counter(comments, "replies_count", Comment.objects.live(), "parent"),
        Counter(comments, "likes_count", CommentLike.objects.all(), "comment"),
        Counter(people, "posts_count", Post.objects.counted(), "author"),
        Counter(people, "followers_count", Follow.objects.accepted(), "followee"),
        Counter(people, "following_count", Follow.objects.accepted(), "follower"),
    ]


def differences(counter: Counter, progress: Callable[[int], object] = lambda rows: None) -> Iterator[Difference]:
    """Those of one counter, in the order of its owners. `progress` is told of each batch of owners that was looked at.

    A counter that moves in this moment is not one of them: its row and what is counted are read by one statement.
    """
    after = 0
    while True:
        last = list(counter.owners.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[BATCH - 1 : BATCH])
        batch = counter.counted_now().filter(pk__gt=after, **({"pk__lte": last[0]} if last else {}))
        for owner_id, says, truth in batch.exclude(**{counter.field: F("truth")}).order_by("pk"):
            yield Difference(counter, owner_id, says, truth)
        progress(BATCH)
        if not last:
            return
        after = last[0]
