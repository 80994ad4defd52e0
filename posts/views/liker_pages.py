"""Who likes a post or a comment."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from accounts.views.people_pages import PeoplePages
from api.compiled import CompiledRead
from api.compiled_pages import Rows
from api.ids import settled_moment

Read = Callable[..., CompiledRead]


class LikerPages(PeoplePages):
    """Lists of `posts/models/likers.py`. Many like one thing at once: their numbers are given before their commits."""

    newest: Read

    def likers(self, read: Read, newest: Read, *, subject: int) -> HttpResponse:
        """The answer of a list; `newest` gives its newest number before a moment."""
        self.newest = newest
        return self.listed(read, subject=subject)

    def settled(self, rows: Rows, *, more: bool, **given: Any) -> int | None:
        """The newest number that is a minute old; mostly one of the page."""
        moment = settled_moment()
        on_page = next((row[-1] for row in rows if row[-2] < moment), None)
        if on_page is not None or not more:
            return on_page or 0
        found = self.newest().column(viewer=self.me.pk, moment=moment, **given)
        return found[0] if found else 0
