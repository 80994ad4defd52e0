"""What PostgreSQL says when it fails, without what people wrote: it quotes rows and queries."""

from django.db import Error


def summary_of(error: Error) -> str:
    """One line for the log. Of what PostgreSQL refused only the kind; of a lost connection all that is known."""
    refused = getattr(error.__cause__, "pgcode", None)
    return kind_of(str(error)) if refused else str(error).partition("\n")[0]


def kind_of(said: str) -> str:
    """What was wrong, without the value, the row or the query that it was wrong with."""
    return said.partition("\n")[0].partition(": ")[0]
