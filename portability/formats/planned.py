"""What an archive asks to be made."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Planned:
    """One thing to make. `source` names it within everything that its owner has ever imported.

    `data` holds JSON: of a media `file` (its name in the archive) and `alt_text`; of a post what `POST /v1/posts`
    takes, its `media` as sources, `created_at`, `archived`; of a story `media` and `created_at`; of a highlight
    `title`, `stories` and `cover` as sources; of a collection `name` and `posts`, each with `source`, `id`, `author`
    (a user name) and `is_cover`.
    """

    kind: str
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """All of it, in the order in which it is to be made, what the profile says, and the person's hidden words."""

    origin: str
    items: Iterator[Planned]
    profile: Mapping[str, str] = field(default_factory=dict)
    hidden_words: Sequence[str] = ()


def moment(value: Any) -> str | None:
    """A time of the archive (ISO 8601, or seconds since 1970) in ISO 8601; None for none, or one that cannot be."""
    try:
        is_text = isinstance(value, str)
        found = datetime.fromisoformat(value) if is_text else datetime.fromtimestamp(float(value), UTC)
        found = found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return found.isoformat() if EARLIEST <= found <= datetime.now(UTC) else None


def rows_of(document: Any) -> list[dict[str, Any]]:
    """The objects of a JSON list; nothing of anything else."""
    return [row for row in document if isinstance(row, dict)] if isinstance(document, list) else []


def text(value: Any) -> str:
    """A text without what a database cannot keep (NUL, halves of characters); of anything else an empty one."""
    return value.encode("utf-8", "ignore").decode().replace("\0", "") if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    return [text(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def plain(value: Any) -> Any:
    """A text, a finite number or a truth value; None for anything else."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int) else text(value) or None
