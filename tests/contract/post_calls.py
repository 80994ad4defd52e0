"""Calls about posts, for the test that holds every operation to its document."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from posts.models import Comment


def drive_posts(call: Any, alice: Any, bob: Any, media: list[str]) -> str:
    body = {"media": media, "caption": "#a @bob", "place": "Galata", "media_latitude": "1.5", "media_longitude": 2}
    post = call(
        alice, "post", "/posts", {**body, "user_latitude": 3, "user_longitude": 4}, headers={"Idempotency-Key": "p"}
    )
    call(alice, "post", "/posts", {"media": media}, headers={"Idempotency-Key": "p"})
    call(alice, "post", "/posts", {"media": ["x"]})
    path = f"/posts/{post['id']}"
    call(alice, "patch", path, {"caption": "edited #a", "exact_location": False})
    call(bob, "patch", path, {"caption": "not his"})
    call(bob, "get", path)
    call(alice, "delete", f"/media/{media[0]}")
    for action in ("archive", "unarchive"):
        call(alice, "post", f"{path}/{action}")
        call(alice, "get", "/me/archive")
    call(alice, "delete", path)
    call(alice, "get", "/me/trash")
    call(alice, "get", "/me/removed")
    call(alice, "post", f"{path}/restore")
    drive_drafts(call, alice, media)
    return str(post["id"])


def drive_drafts(call: Any, alice: Any, media: list[str]) -> None:
    draft = call(alice, "post", "/posts", {"media": media[:1], "caption": "to come", "draft": True})
    path = f"/posts/{draft['id']}"
    call(alice, "get", "/me/drafts")
    call(
        alice,
        "patch",
        path,
        {"media": media[::-1], "audience": "close_friends", "user_latitude": 1, "user_longitude": 2},
    )
    call(alice, "post", f"{path}/archive")
    call(alice, "patch", path, {"publish_at": (timezone.now() + timedelta(days=1)).isoformat()})
    call(alice, "get", "/me/drafts")
    call(alice, "patch", path, {"publish_at": "2020-01-01T00:00:00Z"})
    call(alice, "post", f"{path}/publish")
    call(alice, "patch", path, {"audience": "followers"})
    call(alice, "delete", path)
    call(alice, "post", f"{path}/publish")


def drive_engagement(call: Any, alice: Any, bob: Any, post_id: str) -> None:
    path = f"/posts/{post_id}"
    for relation in ("like", "dislike", "save"):
        call(bob, "put", f"{path}/{relation}")
        call(bob, "get", path)
    call(alice, "put", f"{path}/like")
    call(bob, "get", f"{path}/likes")
    for own in ("/me/saved", "/me/likes"):
        call(bob, "get", own)
    for relation in ("like", "dislike", "save"):
        call(bob, "delete", f"{path}/{relation}")
    comment = call(bob, "post", f"{path}/comments", {"text": "nice"})
    call(alice, "post", f"{path}/comments", {"text": "thanks", "reply_to": comment["id"]})
    call(alice, "post", f"{path}/comments", {"text": "x" * 257})
    call(alice, "patch", path, {"comments_from": "nobody"})
    call(bob, "post", f"{path}/comments", {"text": "not for me"})
    call(alice, "patch", path, {"comments_from": None})
    call(alice, "put", f"/comments/{comment['id']}/like")
    at = f"/comments/{comment['id']}"
    for read in (f"{path}/comments", at, f"{at}/replies", f"{at}/likes"):
        call(bob, "get", read)
    for order in ("oldest", "top&limit=1", "no"):
        call(bob, "get", f"{path}/comments?order={order}")
    for person, method in ((bob, "put"), (alice, "put"), (alice, "delete")):
        call(person, method, f"{at}/pin")
    call(alice, "put", "/me/hidden-words", {"words": ["hush"]})
    call(alice, "put", "/me/hidden-words", {"words": ["x" * 51]})
    call(alice, "get", "/me/hidden-words")
    hidden = call(bob, "post", f"{path}/comments", {"text": "hush!"})["id"]
    call(alice, "get", "/me/hidden-comments")
    for person in (bob, alice):
        call(person, "post", f"/comments/{hidden}/approve")
    call(bob, "patch", at, {"text": "nice, @alice"})
    call(alice, "patch", at, {"text": "not mine"})
    Comment.objects.filter(pk=comment["id"]).update(created_at="2026-01-01T00:00:00Z")
    call(bob, "patch", at, {"text": "too late"})
    call(alice, "delete", f"/comments/{comment['id']}/like")
    call(bob, "delete", f"/comments/{comment['id']}")


def drive_collections(call: Any, bob: Any, post_id: str) -> None:
    shelf, other = (call(bob, "post", "/me/collections", {"name": name})["id"] for name in ("Lakes", "Seas"))
    call(bob, "post", "/me/collections", {"name": "lakes"}, headers={"Idempotency-Key": "c"})
    path = f"/me/collections/{shelf}"
    call(bob, "get", f"/me/collections/{other}")
    call(bob, "put", f"/me/collections/{other}/posts/{post_id}")
    call(bob, "put", f"{path}/posts/{post_id}", {"from_collection": other})
    call(bob, "put", f"{path}/posts/{post_id}", {"from_collection": "1"})
    call(bob, "patch", path, {"name": "Still lakes", "cover_post": post_id})
    call(bob, "put", f"{path}/posts/order", {"ids": [post_id]})
    call(bob, "put", "/me/collections/order", {"ids": [other, shelf]})
    for read in ("/me/collections", f"/me/collections?post={post_id}", "/me/collections?post=x", f"{path}/posts"):
        call(bob, "get", read)
    call(bob, "delete", f"{path}/posts/{post_id}")
    call(bob, "delete", path)
    call(bob, "delete", path)


def drive_lists(call: Any, alice: Any, bob: Any) -> None:
    for path in ("/posts", "/feed", "/feed?limit=1", "/feed?limit=no", "/feed?cursor=no", "/users/alice/posts"):
        call(bob if path != "/posts" else alice, "get", path)


def drive_tags_and_places(call: Any, alice: Any, bob: Any) -> None:
    for method, path in (
        ("get", "/tags/a"),
        ("get", "/tags/none"),
        ("get", "/tags/a/posts"),
        ("put", "/tags/a/follow"),
    ):
        call(bob, method, path)
    for path in ("/me/tags", "/me/tags/posts", "/tags/a/posts?sort=top", "/tags/a/posts?sort=no"):
        call(bob, "get", path)
    call(bob, "delete", "/tags/a/follow")
    call(alice, "get", "/trending/tags")
    place = call(bob, "get", "/users/alice/posts")["results"][0]["place"]["id"]
    for path in (f"/places/{place}", f"/places/{place}/posts", "/posts/nearby?lat=1.5&lon=2", "/posts/nearby?lat=91"):
        call(bob, "get", path)
    call(bob, "get", "/places/nearby?lat=1.5&lon=2")
