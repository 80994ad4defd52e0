"""Lists of people."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.views.people_pages import PeoplePages
from api.pagination import CursorPages
from social import lists
from social.people import (
    lists_visible_or_404,
)
from social.serializers import (
    ListedPersonSerializer,
    MutedPersonSerializer,
)
from social.views.profiles import _MOMENT, _viewer_json


class PeopleList(PeoplePages):
    """Lists of `social/lists.py`. Their rows are written under locks of the people, so their ids grow in the order of
    commits."""

    output: Any = ListedPersonSerializer

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
    pagination_class = CursorPages  # whom one follows now may have followed them long ago

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
