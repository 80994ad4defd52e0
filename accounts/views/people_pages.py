"""Pages of people, answered from cards."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from accounts.cards import claims_of, people_as_json
from accounts.serializers import PersonSerializer
from api.compiled import CompiledRead
from api.compiled_pages import CompiledPages
from api.etags import etag_of, is_known, not_modified, tagged
from api.json_responses import json_page


class PeoplePages(CompiledPages):
    """Lists of people, by reads whose rows are id, card version, privacy, what `entry` takes, the list's number."""

    tag = "people"
    output: Any = PersonSerializer

    def listed(self, read: Callable[..., CompiledRead], **given: Any) -> HttpResponse:
        """The answer of a list."""
        page = self.page_of(read, **given)
        cards = [row[:3] for row in page.rows]
        etag = etag_of(self.me.pk, repr(page), claims_of(cards))
        if is_known(self.request, etag):
            return not_modified(etag)
        people = people_as_json(cards)
        results = [self.entry(people[row[0]], *row[3:-1]) for row in page.rows if row[0] in people]
        return tagged(json_page(self.request, results, next=page.next, previous=page.previous), etag)

    def entry(self, card: bytes, *related: Any) -> bytes:
        """A person's JSON."""
        return card
