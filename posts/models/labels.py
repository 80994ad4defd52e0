"""What gathers posts from everybody: tags and places. Who sees one, how many posts it counts, how it is spelled.

A tag or a place exists for whoever may see one of its posts. It counts the posts that the public sees: up to
`MAX_COUNTED_ON_READ` uses are counted when they are asked for; a larger one shows what `count_label_uses` last said,
and is spelled as it said. Beyond `MAX_CHECKED_ON_READ` uses that also says whether it exists.

Its own row holds no spelling. It is shown as most of the authors of its newest public posts write it, else by its
normalized name: what somebody wrote in private is in no answer to others, whoever was first.
"""

from hashlib import blake2b
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left

from posts.models.liveness import live_q
from social.visibility import content_visible_to, public_q

MAX_COUNTED_ON_READ = 100  # each is two look-ups: a thousand took 12 ms, of each row of a list
MAX_CHECKED_ON_READ = 1000
MAX_COUNTED = 100_000
MAX_VOTES = 100  # the newest public posts decide how a label is spelled
FIRST_LABEL_ID = 2**62  # beyond the ids that hold a time


def label_id(kind: str, name: str, attempt: int = 0) -> int:
    """An id made of the normalized name alone: it tells neither when nor by whom a label was first written.

    Should another label have it already, the next `attempt` gives another.
    """
    digest = blake2b(f"{kind}\0{name}\0{attempt}".encode(), digest_size=8).digest()
    return FIRST_LABEL_ID | int.from_bytes(digest, "big") >> 2


class _Spelling(Subquery):
    """The spelling that most people have in rows of spelling and person."""

    template = (
        "(SELECT spelling FROM (%(subquery)s) vote (spelling, person)"
        ' GROUP BY spelling ORDER BY count(DISTINCT person) DESC, spelling COLLATE "C" LIMIT 1)'
    )

    def __init__(self, votes: QuerySet[Any]) -> None:
        super().__init__(votes, output_field=models.CharField())


class LabelQuerySet(models.QuerySet[Any]):
    """A subclass says where the uses are: rows of `uses` that name the gathering thing by `key`, the post at `post`,
    as their author wrote it in `wording`."""

    uses: str
    key: str
    post: str
    wording: str

    def uses_of(self, which: Any) -> QuerySet[Any]:
        """The published uses of one of these rows (or of the outer query's, by an `OuterRef`)."""
        related: Any = self.model._meta.get_field(self.uses).related_model
        uses: QuerySet[Any] = related._default_manager.filter(**{self.key: which}, timeline_id__isnull=False)
        return uses

    def public_uses_of(self, which: Any) -> QuerySet[Any]:
        """The uses on posts that the public sees."""
        return self.uses_of(which).filter(live_q(self.post), public_q(self.post))

    def existing_for(self, viewer: AbstractBaseUser) -> Self:
        """Those with a post that the viewer may see."""
        visible = self.uses_of(OuterRef("pk")).filter(live_q(self.post), content_visible_to(viewer, self.post))
        return self.filter(Q(uses_count__gt=MAX_CHECKED_ON_READ, posts_count__gt=0) | Exists(visible))

    def spelling_of(self, uses: QuerySet[Any]) -> Combinable:
        """How the newest of these uses are spelled: as most people who made them did; of equals the first by code
        points."""
        return _Spelling(uses.order_by("-timeline_id").values(self.wording, self._author)[:MAX_VOTES])

    def with_public_facts(self) -> Self:
        """Adds `public_count` and `public_name`, the number and the spelling to show."""
        is_large = Q(uses_count__gt=MAX_COUNTED_ON_READ)
        spelling = Case(When(is_large, then=Subquery(self._last_spelling())), default=self._spelling())
        return self.annotate(
            public_count=Case(When(is_large, then=F("posts_count")), default=self._now()),
            public_name=Coalesce(spelling, F("normalized_name")),
        )

    def _spelling(self) -> Combinable:
        return self.spelling_of(self.public_uses_of(OuterRef("pk")))

    def _last_spelling(self) -> QuerySet[Any]:
        """Of the last count, as long as the post that stands for it is public."""
        uses: QuerySet[Any] = self.public_uses_of(OuterRef("pk")).filter(**{self.post or "pk": OuterRef("spelled_by")})
        return uses.values(self.wording)

    @property
    def _author(self) -> str:
        return f"{self.post}__author" if self.post else "author"

    def _now(self) -> Combinable:
        counted = ArraySubquery(self.public_uses_of(OuterRef("pk")).values("pk")[:MAX_COUNTED_ON_READ])
        return Func(counted, function="cardinality", output_field=models.IntegerField())


def search_indexes(name: str) -> list[models.Index]:
    """For one or two letters, the start of more, and what is in or nearly in the words; of what many names have, those
    with most posts are read in their order."""
    return [
        models.Index(Left("search_key", 1), F("posts_count").desc(), name=f"{name}_first_letter"),
        models.Index(Left("search_key", 2), F("posts_count").desc(), name=f"{name}_two_letters"),
        models.Index(OpClass(F("search_key"), "text_pattern_ops"), name=f"{name}_prefixes"),
        GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name=f"{name}_trigrams"),
        models.Index(F("posts_count").desc(), "id", name=f"{name}s_with_most_posts"),
        models.Index(F("counted_at").asc(nulls_first=True), name=f"{name}s_to_count"),
    ]


class Label(models.Model):
    """The numbers that a large one shows, and by which all are ordered where that has to be fast."""

    id = models.BigIntegerField(primary_key=True, editable=False)

    search_key = models.CharField(
        max_length=200, default="", db_default="", editable=False, help_text="What search compares."
    )
    posts_count = models.PositiveIntegerField(default=0, db_default=0, help_text="Public posts when last counted.")
    uses_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="All posts when last counted, hidden ones too."
    )
    counted_at = models.DateTimeField(null=True, blank=True)
    spelled_by = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="The id of the public post whose spelling a large one shows."
    )

    class Meta:
        abstract = True
