"""What gathers posts from everybody: tags and places. Who sees one, and how many posts it counts.

A tag or a place exists for whoever may see one of its posts. It counts the posts that the public sees: up to
`MAX_COUNTED_ON_READ` uses are counted when they are asked for; a larger one shows what `count_label_uses` last said.
"""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Left

from posts.models.liveness import live_q
from social.visibility import content_visible_to, public_q

MAX_COUNTED_ON_READ = 1000
MAX_COUNTED = 100_000


class LabelQuerySet(models.QuerySet[Any]):
    """A subclass says where the uses are: rows of `uses` that name the gathering thing by `key`, the post at `post`."""

    uses: str
    key: str
    post: str

    def uses_of(self, which: Any) -> QuerySet[Any]:
        """The published uses of one of these rows (or of the outer query's, by an `OuterRef`)."""
        related = self.model._meta.get_field(self.uses).related_model
        uses: QuerySet[Any] = related._default_manager.filter(**{self.key: which}, timeline_id__isnull=False)
        return uses

    def public_uses_of(self, which: Any) -> QuerySet[Any]:
        """The uses on posts that the public sees."""
        return self.uses_of(which).filter(live_q(self.post), public_q(self.post))

    def existing_for(self, viewer: AbstractBaseUser) -> Self:
        """Those with a post that the viewer may see."""
        visible = self.uses_of(OuterRef("pk")).filter(live_q(self.post), content_visible_to(viewer, self.post))
        return self.filter(Q(uses_count__gt=MAX_COUNTED_ON_READ, posts_count__gt=0) | Exists(visible))

    def with_count(self) -> Self:
        """Adds `public_count`, the number to show."""
        return self.annotate(
            public_count=Case(When(uses_count__gt=MAX_COUNTED_ON_READ, then=F("posts_count")), default=self._now())
        )

    def _now(self) -> Combinable:
        counted = ArraySubquery(self.public_uses_of(OuterRef("pk")).values("pk")[:MAX_COUNTED_ON_READ])
        return Func(counted, function="cardinality", output_field=models.IntegerField())


def search_indexes(name: str) -> list[models.Index]:
    """For one or two letters, the start of more, and what is in or nearly in the words."""
    return [
        models.Index(Left("search_key", 1), F("posts_count").desc(), name=f"{name}_first_letter"),
        models.Index(Left("search_key", 2), F("posts_count").desc(), name=f"{name}_two_letters"),
        models.Index(OpClass(F("search_key"), "text_pattern_ops"), name=f"{name}_prefixes"),
        GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name=f"{name}_trigrams"),
        models.Index(F("counted_at").asc(nulls_first=True), name=f"{name}s_to_count"),
    ]


class Label(models.Model):
    """The numbers that a large one shows, and by which all are ordered where that has to be fast."""

    search_key = models.CharField(
        max_length=200, default="", db_default="", editable=False, help_text="What search compares."
    )
    posts_count = models.PositiveIntegerField(default=0, db_default=0, help_text="Public posts when last counted.")
    uses_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="All posts when last counted, hidden ones too."
    )
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
