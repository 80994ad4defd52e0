"""Most operations once, by the names that the generator gave them: its shapes must be able to read each answer.

Prints how many operations were called.
"""

import importlib
import pkgutil
import sys
import time
from datetime import date
from os import environ
from pathlib import Path
from typing import Any

import httpx
import pystagram_client.api
from pystagram_client import AuthenticatedClient, Client
from pystagram_client import models as m
from pystagram_client.types import File

API, PHOTOS = environ["API"], Path(environ["PHOTOS"])
called: set[str] = set()


def operations() -> dict[str, Any]:
    """Each generated module by the name of its operation."""
    found = pkgutil.walk_packages(pystagram_client.api.__path__, "pystagram_client.api.")
    return {name.rpartition(".")[2]: importlib.import_module(name) for _, name, is_package in found if not is_package}


OPERATIONS = operations()


def do(client: Client | AuthenticatedClient, name: str, *arguments: str, **options: Any) -> Any:
    """What an operation answers; an exception for a problem and for what the schema does not name."""
    answer = OPERATIONS[name].sync_detailed(*arguments, client=client, **options)
    if isinstance(answer.parsed, m.Problem) or (answer.parsed is None and answer.status_code != 204):
        sys.exit(f"{name}: {int(answer.status_code)} {answer.content!r}")
    called.add(name)
    return answer.parsed


def join(name: str) -> tuple[str, AuthenticatedClient]:
    username, anybody = f"{name}.{time.time_ns() % 10**12}", Client(API, raise_on_unexpected_status=True)
    card = m.RegisterInput(username, name, f"{username}@example.com", "correct-horse-battery", date(1990, 5, 17))
    tokens = do(anybody, "register", body=card)
    renewed = do(anybody, "refresh_tokens", body=m.RefreshInput(tokens.refresh))
    return username, AuthenticatedClient(API, renewed.access, raise_on_unexpected_status=True)


def send_two(client: AuthenticatedClient) -> list[str]:
    """The ids of a photo that was sent in one request, and of one that was sent to the store."""
    with (PHOTOS / "12-cat.png").open("rb") as file:
        cat = do(client, "upload_media", body=m.MediaUploadInput(File(file, "cat.png")))
    content = (PHOTOS / "11-spices.avif").read_bytes()
    upload = do(client, "create_media_upload", body=m.AnnouncedUploadInput(len(content)))
    httpx.put(upload.url, content=content, headers=upload.headers.to_dict()).raise_for_status()
    spices = do(client, "complete_media_upload", upload.id)
    while do(client, "get_media", spices.id).state == m.MediaStateEnum.PROCESSING:
        time.sleep(0.1)
    do(client, "update_media", cat.id, body=m.MediaChanges(alt_text="A cat"))
    if do(client, "get_media_original", spices.id).payload.read() != content:
        sys.exit("the original is not what was sent")
    return [cat.id, spices.id]


def share(ana: AuthenticatedClient, ben: AuthenticatedClient, media: list[str]) -> None:
    body = m.PostInput(
        media, caption="#cat", place="Bazaar", media_latitude="41.0", media_longitude=28.9, tags=["spice"]
    )
    post = do(ana, "create_post", body=body)
    texts = m.PostChangesAltTexts.from_dict({media[0]: "A cat in the sun"})
    post = do(ana, "update_post", post.id, body=m.PostChanges(caption="#cat #dog", alt_texts=texts))
    for name in ("get_post", "like_post", "dislike_post", "save_post", "list_post_likes", "undislike_post"):
        do(ben, name, post.id)
    comment = do(ben, "create_post_comment", post.id, body=m.CommentInput("Lovely"))
    do(ana, "create_post_comment", post.id, body=m.CommentInput("Thank you", reply_to=comment.id))
    for name in ("like_comment", "list_comment_replies", "get_comment", "unlike_comment"):
        do(ana, name, comment.id)
    do(ana, "list_post_comments", post.id)
    for name in ("get_place", "list_place_posts"):
        do(ben, name, post.place.id)
    for name in ("archive_post", "unarchive_post", "delete_post", "restore_post"):
        do(ana, name, post.id)


def tell(ana: AuthenticatedClient, ben: AuthenticatedClient, author: str, media: str) -> None:
    story = do(ana, "create_story", body=m.StoryInput(media))
    for name in ("get_story", "mark_story_seen"):
        do(ben, name, story.id)
    do(ben, "mark_stories_seen", body=m.SeenInput([story.id]))
    do(ana, "list_story_viewers", story.id)
    highlight = do(ana, "create_highlight", body=m.HighlightInput("Cats", [story.id]))
    do(ana, "update_highlight", highlight.id, body=m.HighlightChanges(title="Cats and dogs", cover=None))
    for name in ("get_highlight", "list_highlight_stories"):
        do(ben, name, highlight.id)
    for name in ("list_user_stories", "list_user_highlights"):
        do(ben, name, author)


def look_around(client: AuthenticatedClient, author: str) -> None:
    for name in ("get_tag", "follow_tag", "list_tag_posts"):
        do(client, name, "cat")
    for name in ("list_nearby_posts", "list_nearby_places"):
        do(client, name, lat=41.0, lon=28.9)
    for kind, text in (("posts", "cat"), ("users", author), ("tags", "cat"), ("places", "bazaar")):
        do(client, "search", q=text, type_=m.SearchType(kind))
    for name in ("get_user", *(f"list_user_{what}" for what in ("posts", "followers", "following", "mutuals"))):
        do(client, name, author)
    do(client, "list_relationships", username=[author])
    for name in sorted(OPERATIONS):
        if name.startswith(
            ("list_my_", "list_stories", "list_suggestions", "list_trending", "list_posts_of", "list_months")
        ):
            do(client, name)
    for name in ("explore", "get_feed", "get_me", "get_my_quota", "get_instance"):
        do(client, name)


def keep_apart(ana: AuthenticatedClient, ben: AuthenticatedClient, author: str, other: str, media: str) -> None:
    do(ana, "update_me", body=m.ProfileChanges(is_private=True, bio="Cats"))
    do(ben, "follow_user", author)
    do(ana, "accept_follow_request", other)
    do(ana, "set_my_avatar", body=m.AvatarInput(media))
    do(ana, "mute_user", other, body=m.MuteInput(duration_s=60))
    do(ana, "add_close_friend", other)
    do(ana, "list_my_close_friends")
    do(ana, "list_my_mutes")
    for name in ("mute_user", "unmute_user", "remove_close_friend", "block_user", "unblock_user", "delete_my_follower"):
        do(ana, name, other)
    do(ana, "log_out_everywhere")


def main() -> None:
    (author, ana), (_, ben), (other, cyd) = join("ana"), join("ben"), join("cyd")
    do(ben, "follow_user", author)
    media = send_two(ana)
    share(ana, ben, media)
    tell(ana, ben, author, media[0])
    look_around(ben, author)
    look_around(ana, author)
    keep_apart(ana, cyd, author, other, media[0])
    print(len(called))


main()
