"""Full text of a column by an index of its words, without a column for them: for the searches of the admin."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Lookup


class Words(Func):
    """The words of a column as PostgreSQL's full text has them, of no language: lower case, whole. For a GIN index."""

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()
    arity = 1


class HasWords(Lookup):
    """`column__words="buy now"`: rows that hold all the words; `"…"` asks for them in a row, `-` for those without one.
    An index of `Words(column)` serves it."""

    lookup_name = "words"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        asked = "websearch_to_tsquery('simple'::regconfig, %s)"
        return f"to_tsvector('simple'::regconfig, {left}) @@ {asked}", (*parameters, str(self.rhs))
