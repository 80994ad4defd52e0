"""The people, their sessions and names for search."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Session, User
from devtools.bench.feed.world import ids
from devtools.bench.feed.world.copying import copy_text, text_of
from devtools.bench.feed.world.sizes import Size
from devtools.bench.world import FIRST_NAMES, LAST_NAMES

PRIVATE_EVERY = 10
SESSIONS = 200_000  # at most


def username(number: int) -> str:
    return f"person{number}"


def is_private(number: int, size: Size) -> bool:
    """Every tenth of the ordinary people."""
    return number % PRIVATE_EVERY == 0 and number <= size.people


def copy_people(cursor: Any, size: Size, start: int, end: int, moment: datetime) -> None:
    """The people numbered above `start`, up to `end`."""
    rows = []
    for number in range(start + 1, end + 1):
        first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number // 40 % len(LAST_NAMES)]
        private = "t" if is_private(number, size) else "f"
        avatar = text_of(ids.avatar_id(moment, number) if ids.has_avatar(number) else None)
        name = username(number)
        rows.append(f"{number}\t{name}\t{first} {last}\t{name}@example.com\t!\t{private}\t{avatar}")
    names = ["id", "username", "name", "email", "password", "is_private", "avatar_id"]
    copy_text(cursor, User, names, rows, moment - timedelta(days=90))


def session_id(number: int, seed: int) -> uuid.UUID:
    """Of the one session of a person."""
    return uuid.UUID(hashlib.md5(f"{seed}:{number}".encode(), usedforsecurity=False).hexdigest())


def copy_sessions(cursor: Any, size: Size, start: int, end: int, moment: datetime) -> None:
    """Of the same people: of the last ones, if there are too many."""
    first = max(start, size.all_people - SESSIONS)
    rows = []
    for number in range(first + 1, end + 1):
        session = session_id(number, size.seed)
        rows.append(f"{session}\t{number}\t{session.hex}\t0")
    copy_text(cursor, Session, ["id", "user_id", "refresh_jti", "token_version"], rows, moment)
