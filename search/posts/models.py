"""The words of published posts, as PostgreSQL searches them."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Value, When
from django.db.models.functions import Cast, Floor

from api.compiled import Parameters
from posts.models import Post

WEIGHTS = [0.05, 0.3, 0.5, 1.0]  # of D, C, B, A: alternative texts, place, caption, tags
EXACT_BONUS = 1_000_000  # above every rank: a word itself comes before words that begin with it
STEPS = 10_000  # of the rank, which is made a whole number so that a cursor can hold it
LENGTH_COUNTS = 1  # ts_rank: divided by 1 + the logarithm of the length


def raw_query(given: Parameters, name: str) -> Any:
    """The place of a `tsquery` as `search/posts/vectors.py` writes it: no parser or dictionary looks at it again."""
    return given.of(name, SearchQueryField())


class RawQuery(Func):
    """A `tsquery`, as for `raw_query`, of a read that is not compiled."""

    template = "(%(expressions)s::tsquery)"

    def __init__(self, text: str) -> None:
        super().__init__(Value(text), output_field=SearchQueryField())


class Matches(Func):
    """Whether the document's vector matches a query."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "

    def __init__(self, query: Any) -> None:
        super().__init__(F("vector"), query, output_field=models.BooleanField())


class _Rank(Func):
    function = "ts_rank"
    output_field = models.FloatField()

    def __init__(self, query: Any) -> None:
        weights = Func(*map(Value, WEIGHTS), template="ARRAY[%(expressions)s]::float4[]")
        super().__init__(weights, F("vector"), query, Value(LENGTH_COUNTS))


class Score(Func):
    """A whole number as the driver gives it: hundreds are not converted one by one."""

    template = "%(expressions)s"
    output_field = IntegerField()

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def matching(self, query: Any) -> Self:
        """Those that match a `tsquery`."""
        return self.filter(Matches(query))

    def newest(self, most: int) -> Self:
        """The newest `most`; beyond them nobody looks."""
        return self.order_by("-timeline_id")[:most]

    def scored(self, *, words: Any, exact: Any) -> "models.QuerySet[SearchDocument, tuple[Any, ...]]":
        """(score, timeline id, post id) of each: how well `words` match, those that match `exact` before the others.

        Nothing in a score changes with time, likes or the viewer, so that a cursor can hold it.
        """
        is_exact = Case(When(Matches(exact), then=Value(EXACT_BONUS)), default=Value(0))
        score = Score(Cast(Floor(_Rank(words) * STEPS), IntegerField()) + is_exact)
        return self.annotate(score=score).values_list("score", "timeline_id", "post_id")


class SearchDocument(models.Model):
    """One published post. It may outlive the post's publicity: who sees the post is asked when it is read."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    timeline_id = models.BigIntegerField(help_text="The post's; results are cut by it.")
    vector = SearchVectorField()
    indexed_at = models.DateTimeField()
    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="words_of_posts"),
            models.Index(fields=["-timeline_id"], name="documents_newest_first"),
        ]

    def __str__(self) -> str:
        return f"words of post {self.post_id}"
