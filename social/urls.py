"""`/v1/users/{username}` and what stands between people."""

from typing import Any

from django.urls import path

from social import views

_switch: dict[str, Any] = {"put": "update", "delete": "destroy"}
_list: dict[str, Any] = {"get": "list"}

urlpatterns = [
    path("users/<str:username>", views.ProfileViewSet.as_view({"get": "retrieve"}), name="profile"),
    path("users/<str:username>/followers", views.FollowersViewSet.as_view(_list), name="followers"),
    path("users/<str:username>/following", views.FollowingViewSet.as_view(_list), name="following"),
    path("users/<str:username>/mutuals", views.MutualsViewSet.as_view(_list), name="mutuals"),
    path("users/<str:username>/follow", views.FollowViewSet.as_view(_switch), name="follow"),
    path("users/<str:username>/block", views.BlockViewSet.as_view(_switch), name="block"),
    path("users/<str:username>/mute", views.MuteViewSet.as_view(_switch), name="mute"),
    path("relationships", views.RelationshipsViewSet.as_view(_list), name="relationships"),
    path("me/followers/<str:username>", views.MyFollowerViewSet.as_view({"delete": "destroy"}), name="my-follower"),
    path("me/follow-requests", views.FollowRequestsViewSet.as_view(_list), name="follow-requests"),
    path("me/follow-requests/sent", views.SentFollowRequestsViewSet.as_view(_list), name="sent-follow-requests"),
    path(
        "me/follow-requests/<str:username>/accept",
        views.FollowRequestsViewSet.as_view({"post": "accept"}),
        name="follow-request-accept",
    ),
    path(
        "me/follow-requests/<str:username>/reject",
        views.FollowRequestsViewSet.as_view({"post": "reject"}),
        name="follow-request-reject",
    ),
    path("me/close-friends", views.CloseFriendsViewSet.as_view(_list), name="close-friends"),
    path("me/close-friends/<str:username>", views.CloseFriendViewSet.as_view(_switch), name="close-friend"),
    path("me/blocks", views.BlocksViewSet.as_view(_list), name="blocks"),
    path("me/mutes", views.MutesViewSet.as_view(_list), name="mutes"),
]
