"""Lists of people."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.cards import claims_of, people_as_json
from api.compiled import CompiledRead
from api.etags import etag_of, is_known, not_modified, tagged
from api.ids import MAX_ID
from api.json_responses import json_page
from api.pagination import decode_cursor, encode_cursor, limit_of
from api.viewsets import BaseViewSet
from social import lists
from social.people import (
    lists_visible_or_404,
)
from social.serializers import (
    ListedPersonSerializer,
    MutedPersonSerializer,
)
from social.views.profiles import _MOMENT, _viewer_json


class PeopleList(BaseViewSet):
    """Lists of people."""

    tag = "people"
    output: Any = ListedPersonSerializer

    def listed(self, read: Callable[..., CompiledRead], **given: Any) -> HttpResponse:
        """A page of a list of `social/lists.py`, answered from cards."""
        scope, limit, cursor = self.request.path, limit_of(self.request), self.request.query_params.get("cursor")
        position = decode_cursor(scope, cursor) if cursor else MAX_ID
        rows = read(count=limit + 1).rows(viewer=self.me.pk, position=position, **given)
        shown = rows[:limit]
        after = encode_cursor(scope, shown[-1][-1]) if len(rows) > limit else None
        etag = etag_of(self.me.pk, repr(shown), after, claims_of([row[:3] for row in shown]))
        if is_known(self.request, etag):
            return not_modified(etag)
        people = people_as_json([row[:3] for row in shown])
        results = [self.entry(people[row[0]], *row[3:-1]) for row in shown if row[0] in people]
        return tagged(json_page(self.request, results, next=after), etag)

    def entry(self, card: bytes, *related: Any) -> bytes:
        """A person's JSON: their card, and what stands between the viewer and them (`lists.RELATION`)."""
        return b'%b,"viewer":%b}' % (card[:-1], _viewer_json(*related))


class FollowersViewSet(PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Followers.

        Whoever followed last comes first. Of a private account they are a 404 for all but its followers.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.followers, person=person.pk)


class FollowingViewSet(PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Whom they follow.

        Whom they followed last comes first. Of a private account they are a 404 for all but its followers.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.following, person=person.pk)


class MutualsViewSet(PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Their followers whom you follow.

        Whoever followed them last comes first. A profile's `mutuals_count` says how many there are.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.mutuals, person=person.pk)


class BlocksViewSet(PeopleList):
    tag = "me"

    def list(self, request: Request) -> HttpResponse:
        """Whom you block.

        Whom you blocked last comes first. Nobody else sees this list.
        """
        return self.listed(lists.blocks)


class MutesViewSet(PeopleList):
    tag = "me"
    output = MutedPersonSerializer

    def list(self, request: Request) -> HttpResponse:
        """Whom you mute.

        Whom you muted last comes first. Nobody else sees this list. Those whose time has come are
        not in it any more.
        """
        return self.listed(lists.mutes)

    def entry(self, card: bytes, *related: Any) -> bytes:
        *rest, until = related
        shown = "null" if until is None else f'"{_MOMENT.to_representation(until)}"'
        return b'%b,"until":%b}' % (super().entry(card, *rest)[:-1], shown.encode())


class CloseFriendsViewSet(PeopleList):
    tag = "me"

    def list(self, request: Request) -> HttpResponse:
        """Your close friends.

        They see what you share with `audience` `close_friends`. Nobody is told that they are among them.
        """
        return self.listed(lists.close_friends)
