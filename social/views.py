"""Profiles, lists of people, and the relations between two people."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cards import claims_of, people_as_json
from accounts.models import User
from api.compiled import CompiledRead
from api.etags import etag_of, is_known, not_modified, tagged
from api.ids import MAX_ID
from api.json_responses import JSONBytesResponse, json_page
from api.pagination import decode_cursor, encode_cursor, limit_of
from api.problems import Invalid
from api.viewsets import BaseViewSet
from social import actions, examples, lists
from social.people import (
    lists_visible_or_404,
    people_visible_to,
    person_or_404,
    with_relation_to,
)
from social.profiles import profile_json, profile_row
from social.serializers import (
    BlockStateSerializer,
    CloseFriendStateSerializer,
    FollowStateSerializer,
    ListedPersonSerializer,
    MutedPersonSerializer,
    MuteInput,
    MuteStateSerializer,
    ProfileDetailSerializer,
    RelationshipSerializer,
)

MAX_RELATIONSHIPS = 100
_MOMENT = serializers.DateTimeField()


@functools.lru_cache(1000)  # there are few, but for the moments when mutes end
def _viewer_json(*related: Any) -> bytes:
    """RelationSerializer's bytes."""
    return json.dumps(lists.relation_members(related), separators=(",", ":")).encode()


class ProfileViewSet(BaseViewSet):
    tag = "people"
    output = ProfileDetailSerializer

    def retrieve(self, request: Request, username: str) -> HttpResponse:
        """A profile.

        A private account's card is there for everybody it has not blocked; its posts and lists are not.
        """
        row = profile_row(self.me, username)
        if row is None:
            raise Http404
        etag = etag_of(self.me.pk, repr(row), claims_of([row[:3]]))
        if is_known(request, etag):
            return not_modified(etag)
        return tagged(JSONBytesResponse(profile_json(row)), etag)


class _PeopleList(BaseViewSet):
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


class FollowersViewSet(_PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Followers.

        Whoever followed last comes first. Of a private account they are a 404 for all but its followers.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.followers, person=person.pk)


class FollowingViewSet(_PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Whom they follow.

        Whom they followed last comes first. Of a private account they are a 404 for all but its followers.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.following, person=person.pk)


class MutualsViewSet(_PeopleList):
    def list(self, request: Request, username: str) -> HttpResponse:
        """Their followers whom you follow.

        Whoever followed them last comes first. A profile's `mutuals_count` says how many there are.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(lists.mutuals, person=person.pk)


class BlocksViewSet(_PeopleList):
    tag = "me"

    def list(self, request: Request) -> HttpResponse:
        """Whom you block.

        Whom you blocked last comes first. Nobody else sees this list.
        """
        return self.listed(lists.blocks)


class MutesViewSet(_PeopleList):
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


class CloseFriendsViewSet(_PeopleList):
    tag = "me"

    def list(self, request: Request) -> HttpResponse:
        """Your close friends.

        They see what you share with `audience` `close_friends`. Nobody is told that they are among them.
        """
        return self.listed(lists.close_friends)


class FollowRequestsViewSet(_PeopleList):
    tag = "me"
    outputs = {"accept": FollowStateSerializer, "reject": None}

    def list(self, request: Request) -> HttpResponse:
        """Who has asked to follow you.

        Whoever asked last comes first.
        """
        return self.listed(lists.requests)

    @extend_schema(examples=[examples.FOLLOWING])
    def accept(self, request: Request, username: str) -> Response:
        """Let a follower in.

        Repeated, it changes nothing and answers the same.
        """
        follower = person_or_404(self.me, username)
        actions.accept(followee=self.me, follower_id=follower.pk)
        return self.answer({"state": actions.FOLLOWING})

    def reject(self, request: Request, username: str) -> Response:
        """Turn a request down.

        They are not told, and may ask again. Repeated, it changes nothing and answers the same.
        """
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.reject(followee=self.me, follower_id=follower.pk)
        return self.done()


class _Relation(BaseViewSet):
    """PUT makes it, DELETE ends it; repeated, both answer the same. Ending finds one's own row: always 204."""

    tag = "people"


class FollowViewSet(_Relation):
    output = FollowStateSerializer
    error_codes = {"update": ["conflict", "follow_cap"]}

    def update(self, request: Request, username: str) -> Response:
        """Follow.

        A public account is followed at once, a private one is asked.
        """
        followee = person_or_404(self.me, username)
        return self.answer({"state": actions.follow(follower=self.me, followee=followee)})

    def destroy(self, request: Request, username: str) -> Response:
        """Unfollow, or take a request back.

        Repeated, it changes nothing and answers the same.
        """
        followee = User.objects.named(username).first()
        if followee is not None:
            actions.unfollow(follower_id=self.me.pk, followee_id=followee.pk)
        return self.done()


class MyFollowerViewSet(BaseViewSet):
    def destroy(self, request: Request, username: str) -> Response:
        """Remove a follower.

        They leave your close friends, too. Repeated, it changes nothing and answers the same.
        """
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.remove_follower(followee=self.me, follower_id=follower.pk)
        return self.done()


class CloseFriendViewSet(BaseViewSet):
    output = CloseFriendStateSerializer
    error_codes = {"update": ["conflict"]}

    @extend_schema(operation_id="add_close_friend")
    def update(self, request: Request, username: str) -> Response:
        """Add a close friend.

        They need not follow you; a private account's content is still only for its followers. They are not told.
        """
        actions.add_close_friend(owner=self.me, friend=person_or_404(self.me, username))
        return self.answer({"close_friend": True})

    @extend_schema(operation_id="remove_close_friend")
    def destroy(self, request: Request, username: str) -> Response:
        """Remove a close friend.

        From the next request on they see nothing of it. Repeated, it changes nothing and answers the same.
        """
        actions.remove_close_friend(owner=self.me, username=username)
        return self.done()


class BlockViewSet(_Relation):
    output = BlockStateSerializer
    error_codes = {"update": ["conflict"]}

    def update(self, request: Request, username: str) -> Response:
        """Block.

        To somebody you block, you do not exist. Follows end, both ways.
        """
        actions.block(blocker=self.me, blocked=person_or_404(self.me, username))
        return self.answer({"blocking": True})

    def destroy(self, request: Request, username: str) -> Response:
        """Unblock.

        Repeated, it changes nothing and answers the same.
        """
        actions.unblock(blocker=self.me, username=username)
        return self.done()


class MuteViewSet(_Relation):
    inputs = {"update": MuteInput}
    output = MuteStateSerializer
    error_codes = {"update": ["conflict"]}

    def update(self, request: Request, username: str) -> Response:
        """Mute.

        Hides somebody's posts from your feed: for good, `until` a moment or for `duration_s` seconds. They are not
        told. Repeated, the last word counts.
        """
        muted = person_or_404(self.me, username)
        until = self.validated()["until"]
        actions.mute(muter=self.me, muted=muted, until=until)
        return self.answer({"muting": True, "until": until})

    def destroy(self, request: Request, username: str) -> Response:
        """Unmute.

        Repeated, it changes nothing and answers the same.
        """
        actions.unmute(muter=self.me, username=username)
        return self.done()


class RelationshipsViewSet(BaseViewSet):
    tag = "people"
    output = RelationshipSerializer
    pagination_class = None

    @extend_schema(parameters=[OpenApiParameter("username", str, many=True, required=True)])
    def list(self, request: Request) -> Response:
        """How you stand with several people.

        Up to 100 names; those who do not exist for you are left out.
        """
        names = {name.lower() for name in request.query_params.getlist("username")}
        if not 1 <= len(names) <= MAX_RELATIONSHIPS:
            raise Invalid("username", "invalid", f"Give username 1 to {MAX_RELATIONSHIPS} times, once for each name")
        people = people_visible_to(self.me).filter(username__in=names)
        return Response(self.represent(with_relation_to(self.me, people).order_by("username"), many=True))
