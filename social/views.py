"""Profiles, lists of people, and the relations between two people."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import viewer_of
from accounts.models import User
from accounts.serializers import PersonSerializer
from api.problem_schema import error_codes
from api.problems import Invalid
from social import actions
from social.models import Block, Follow, Mute
from social.people import (
    for_display,
    lists_visible_or_404,
    people_visible_to,
    person_or_404,
    with_relation_to,
)
from social.serializers import (
    BlockStateSerializer,
    FollowStateSerializer,
    MuteStateSerializer,
    ProfileSerializer,
    RelationshipSerializer,
)
from social.visibility import name_visible_to, person_visible_to

MAX_RELATIONSHIPS = 100
_BOB = {"id": "2", "username": "bob", "name": "Bob", "avatar": None, "is_private": False}
_RELATION = {"following": "following", "followed_by": False, "blocking": False, "muting": False}
_PAGE = OpenApiExample("page", _BOB, response_only=True)


class ProfileViewSet(RetrieveModelMixin, GenericViewSet[User]):
    serializer_class = ProfileSerializer
    lookup_field = "username"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[User]:
        return for_display(with_relation_to(viewer_of(self.request), people_visible_to(viewer_of(self.request))))

    def get_object(self) -> User:
        person: User = super().get_object()
        return person

    @extend_schema(
        tags=["people"],
        summary="A profile",
        description="A private account's card is there for everybody it has not blocked; its posts and lists are not.",
        examples=[
            OpenApiExample(
                "bob",
                {
                    **_BOB, "bio": "Mountains.", "website": "", "posts_count": 12, "followers_count": 340,
                    "following_count": 99, "viewer": _RELATION,
                },
                response_only=True,
            )
        ],
    )  # fmt: skip
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.kwargs["username"] = self.kwargs["username"].lower()
        return super().retrieve(request, *args, **kwargs)


class _PeopleList(ListModelMixin, GenericViewSet[Any]):
    """A page of rows, shown as the person at `shown` of each row."""

    serializer_class = PersonSerializer
    shown = ""

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.rows().filter(name_visible_to(viewer_of(self.request), self.shown))
        return rows.select_related(f"{self.shown}__avatar").prefetch_related(f"{self.shown}__avatar__renditions")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args and kwargs.get("many"):
            args = ([getattr(row, self.shown) for row in args[0]], *args[1:])
        return super().get_serializer(*args, **kwargs)


class FollowersViewSet(_PeopleList):
    shown = "follower"

    def rows(self) -> QuerySet[Follow]:
        return Follow.objects.accepted().filter(
            followee=lists_visible_or_404(viewer_of(self.request), self.kwargs["username"])
        )

    @extend_schema(tags=["people"], summary="Followers", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class FollowingViewSet(_PeopleList):
    shown = "followee"

    def rows(self) -> QuerySet[Follow]:
        return Follow.objects.accepted().filter(
            follower=lists_visible_or_404(viewer_of(self.request), self.kwargs["username"])
        )

    @extend_schema(tags=["people"], summary="Whom they follow", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class MutualsViewSet(FollowersViewSet):
    def rows(self) -> QuerySet[Follow]:
        mine = Follow.objects.accepted().filter(follower=viewer_of(self.request).pk, followee=OuterRef("follower"))
        return super().rows().filter(Exists(mine))

    @extend_schema(tags=["people"], summary="Their followers whom you follow", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class BlocksViewSet(_PeopleList):
    shown = "blocked"

    def get_queryset(self) -> QuerySet[Block]:
        me = viewer_of(self.request)
        people = Block.objects.made_by(me).filter(person_visible_to(me, "blocked"))
        return people.select_related("blocked__avatar").prefetch_related("blocked__avatar__renditions")

    @extend_schema(tags=["me"], summary="Whom you block", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class MutesViewSet(_PeopleList):
    shown = "muted"

    def rows(self) -> QuerySet[Mute]:
        return Mute.objects.made_by(viewer_of(self.request))

    @extend_schema(tags=["me"], summary="Whom you mute", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class FollowRequestsViewSet(_PeopleList):
    shown = "follower"

    def rows(self) -> QuerySet[Follow]:
        return Follow.objects.pending().filter(followee=viewer_of(self.request).pk)

    @extend_schema(tags=["me"], summary="Who has asked to follow you", examples=[_PAGE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        tags=["me"],
        summary="Let a follower in",
        request=None,
        responses={200: FollowStateSerializer},
        examples=[OpenApiExample("accepted", {"state": "following"}, response_only=True)],
    )
    def accept(self, request: Request, username: str) -> Response:
        follower = person_or_404(viewer_of(request), username)
        actions.accept(followee=viewer_of(request), follower_id=follower.pk)
        return Response({"state": actions.FOLLOWING})

    @extend_schema(tags=["me"], summary="Turn a request down", request=None, responses={204: None})
    def reject(self, request: Request, username: str) -> Response:
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.reject(followee=viewer_of(request), follower_id=follower.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class _Relation(GenericViewSet[Any]):
    """PUT makes it, DELETE ends it; repeated, both answer the same. Ending finds one's own row: always 204."""

    throttle_scope = "write"


class FollowViewSet(_Relation):
    serializer_class = FollowStateSerializer

    @extend_schema(
        tags=["people"],
        summary="Follow",
        extensions=error_codes("conflict", "follow_cap"),
        description="A public account is followed at once, a private one is asked.",
        request=None,
        responses={200: FollowStateSerializer},
        examples=[OpenApiExample("asked", {"state": "requested"}, response_only=True)],
    )
    def update(self, request: Request, username: str) -> Response:
        followee = person_or_404(viewer_of(request), username)
        return Response({"state": actions.follow(follower=viewer_of(request), followee=followee)})

    @extend_schema(tags=["people"], summary="Unfollow, or take a request back", responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        followee = User.objects.named(username).first()
        if followee is not None:
            actions.unfollow(follower_id=viewer_of(request).pk, followee_id=followee.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyFollowerViewSet(_Relation):
    @extend_schema(tags=["me"], summary="Remove a follower", request=None, responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.unfollow(follower_id=follower.pk, followee_id=viewer_of(request).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BlockViewSet(_Relation):
    serializer_class = BlockStateSerializer

    @extend_schema(
        tags=["people"],
        summary="Block",
        extensions=error_codes("conflict"),
        description="To somebody you block, you do not exist. Follows end, both ways.",
        request=None,
        responses={200: BlockStateSerializer},
        examples=[OpenApiExample("blocked", {"blocking": True}, response_only=True)],
    )
    def update(self, request: Request, username: str) -> Response:
        actions.block(blocker=viewer_of(request), blocked=person_or_404(viewer_of(request), username))
        return Response({"blocking": True})

    @extend_schema(tags=["people"], summary="Unblock", responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        actions.unblock(blocker=viewer_of(request), username=username)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MuteViewSet(_Relation):
    serializer_class = MuteStateSerializer

    @extend_schema(
        tags=["people"],
        summary="Mute",
        extensions=error_codes("conflict"),
        description="Hides somebody's posts from your feed. They are not told.",
        request=None,
        responses={200: MuteStateSerializer},
        examples=[OpenApiExample("muted", {"muting": True}, response_only=True)],
    )
    def update(self, request: Request, username: str) -> Response:
        actions.mute(muter=viewer_of(request), muted=person_or_404(viewer_of(request), username))
        return Response({"muting": True})

    @extend_schema(tags=["people"], summary="Unmute", responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        actions.unmute(muter=viewer_of(request), username=username)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RelationshipsViewSet(GenericViewSet[User]):
    serializer_class = RelationshipSerializer
    pagination_class = None

    @extend_schema(
        tags=["people"],
        summary="How you stand with several people",
        description=f"Up to {MAX_RELATIONSHIPS} names; those who do not exist for you are left out.",
        parameters=[OpenApiParameter("username", OpenApiTypes.STR, many=True, required=True)],
        responses={200: RelationshipSerializer(many=True)},
        examples=[OpenApiExample("bob", {"username": "bob", **_RELATION}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        names = {name.lower() for name in request.query_params.getlist("username")}
        if not 1 <= len(names) <= MAX_RELATIONSHIPS:
            raise Invalid("username", "invalid", f"1 to {MAX_RELATIONSHIPS} names are needed")
        people = people_visible_to(viewer_of(request)).filter(username__in=names)
        rows = with_relation_to(viewer_of(request), people).order_by("username")
        return Response(self.get_serializer(rows, many=True).data)
