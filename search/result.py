"""What every kind of search answers."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser

Position = list[int | float | str]


@dataclass(frozen=True)
class ResultPage:
    """A page: the rows, best first, ready for display; `after` is where the next page goes on, None on the last."""

    rows: list[Any]
    after: Position | None


class Find(Protocol):
    """Rows that match `text` and exist for `viewer`, in an order that later rows do not change."""

    def __call__(self, *, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage: ...
