"""What PostgreSQL says when it fails, without what people wrote: it quotes rows and queries."""

import logging

from django.db import Error

logger = logging.getLogger(__name__)
# By SQLSTATE or its class. It answered, so it is there: what it gave up may do at the next try.
GIVEN_UP = {
    "40": "transaction given up",  # a deadlock, or a conflict
    "55P03": "lock not free in time",
    "57014": "statement not done in time",
}


def log_failure(error: Error) -> None:
    """One line that says whether the database could not be reached, or gave something up."""
    state = getattr(error.__cause__, "pgcode", None) or ""
    what = GIVEN_UP.get(state) or GIVEN_UP.get(state[:2]) or "database unavailable"
    logger.error("%s: %s", what, summary_of(error))


def summary_of(error: Error) -> str:
    """One line for the log. Of what PostgreSQL refused only the kind; of a lost connection all that is known."""
    refused = getattr(error.__cause__, "pgcode", None)
    return kind_of(str(error)) if refused else str(error).partition("\n")[0]


def kind_of(said: str) -> str:
    """What was wrong, without the value, the row or the query that it was wrong with."""
    return said.partition("\n")[0].partition(": ")[0]
