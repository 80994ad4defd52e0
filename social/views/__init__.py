"""Views of profiles and of what stands between people."""

from social.views.blocking import BlockViewSet
from social.views.close_friends import CloseFriendViewSet
from social.views.following import FollowViewSet, MyFollowerViewSet
from social.views.lists import (
    BlocksViewSet,
    CloseFriendsViewSet,
    FollowersViewSet,
    FollowingViewSet,
    MutesViewSet,
    MutualsViewSet,
)
from social.views.muting import MuteViewSet
from social.views.profiles import ProfileViewSet
from social.views.relationships import RelationshipsViewSet
from social.views.requests import FollowRequestsViewSet, SentFollowRequestsViewSet

__all__ = [
    "BlockViewSet",
    "BlocksViewSet",
    "CloseFriendViewSet",
    "CloseFriendsViewSet",
    "FollowRequestsViewSet",
    "FollowViewSet",
    "FollowersViewSet",
    "FollowingViewSet",
    "MuteViewSet",
    "MutesViewSet",
    "MutualsViewSet",
    "MyFollowerViewSet",
    "ProfileViewSet",
    "RelationshipsViewSet",
    "SentFollowRequestsViewSet",
]
