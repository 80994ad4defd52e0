"""One id for a request and all that follows from it: its log lines, its events, the tasks that hear of them."""

import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_ID_LENGTH = 64
_ACCEPTABLE_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_ID_LENGTH}}}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def acceptable(given: str) -> str:
    """The id that a client chose, if it is a tame one (a log must not be forged with it); else a new one."""
    return given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex


def current_request_id() -> str:
    """The id of the request this is done for; empty outside one."""
    return _current.get()


@contextmanager
def correlated(request_id: str = "") -> Iterator[None]:
    """All within belongs to this request, or to none until `correlate` says which."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def correlate(request_id: str) -> None:
    """What follows, within the `correlated` block around it, belongs to this request."""
    _current.set(request_id)


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every log record; "-" where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True
