"""The README's tour by a client that is generated from the schema. Prints what the test looks at."""

import json
import time
from collections.abc import Callable
from datetime import date
from os import environ
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from pystagram_client import AuthenticatedClient, Client
from pystagram_client.api.auth import log_in, register
from pystagram_client.api.comments import create_post_comment
from pystagram_client.api.feed import get_feed
from pystagram_client.api.media import get_media_original, upload_media
from pystagram_client.api.people import follow_user
from pystagram_client.api.posts import create_post
from pystagram_client.api.reactions import like_post
from pystagram_client.api.search import search
from pystagram_client.models import (
    Comment,
    CommentInput,
    FeedPage,
    FeedSourceEnum,
    FollowState,
    LogInInput,
    Media,
    MediaUploadInput,
    Post,
    PostInput,
    PostResult,
    Problem,
    ReactionState,
    Registered,
    RegisterInput,
    SearchPage,
    SearchType,
    Tokens,
    UserResult,
)
from pystagram_client.types import File

API, PHOTOS = environ["API"], Path(environ["PHOTOS"])
N = int(time.time() * 1000)
Shape = TypeVar("Shape")


def sure(kind: type[Shape], answer: object) -> Shape:
    """The answer, which is of that kind; else the problem as an exception."""
    if not isinstance(answer, kind):
        raise RuntimeError(f"{answer.code}: {answer.detail}" if isinstance(answer, Problem) else repr(answer))
    return answer


def until(look: Callable[[], Shape | None]) -> Shape:
    for _ in range(300):
        if (seen := look()) is not None:
            return seen
        time.sleep(0.1)
    raise RuntimeError("it never came")


def join(name: str) -> tuple[str, AuthenticatedClient]:
    username, password = f"{name}.{N}", "correct-horse-battery"
    anybody = Client(API, raise_on_unexpected_status=True)
    card = RegisterInput(username, name, f"{username}@example.com", password, date(1990, 5, 17))
    sure(Registered, register.sync(client=anybody, body=card))
    tokens = sure(Tokens, log_in.sync(client=anybody, body=LogInInput(username, password)))
    return username, AuthenticatedClient(API, tokens.access, raise_on_unexpected_status=True)


def upload(client: AuthenticatedClient, name: str) -> Media:
    with (PHOTOS / name).open("rb") as file:
        body = MediaUploadInput(File(file, name), alt_text="A photograph from the demo world")
        return sure(Media, upload_media.sync(client=client, body=body, idempotency_key=name))


def read_feed(client: AuthenticatedClient, post: Post) -> FeedPage | None:
    page = sure(FeedPage, get_feed.sync(client=client))
    there = page.source == FeedSourceEnum.CACHE and any(each.id == post.id for each in page.results)
    return page if there else None


def find(client: AuthenticatedClient, query: str, post: Post) -> PostResult | None:
    page = sure(SearchPage, search.sync(client=client, q=query))
    return next((each for each in page.results if isinstance(each, PostResult) and each.id == post.id), None)


def main() -> None:
    ana_name, ana = join("ana")
    ben_name, ben = join("ben")
    follow = sure(FollowState, follow_user.sync(ana_name, client=ben))
    photos = [upload(ana, "01-lake-sherburne.jpg"), upload(ana, "02-singapore-skyline.heic")]
    body = PostInput([photo.id for photo in photos], caption=f"From a #python client, for @{ben_name}")
    post = sure(Post, create_post.sync(client=ana, body=body, idempotency_key=str(uuid4())))
    feed = until(lambda: read_feed(ben, post))
    shown = feed.results[0]
    reaction = sure(ReactionState, like_post.sync(post.id, client=ben))
    comment = sure(Comment, create_post_comment.sync(post.id, client=ben, body=CommentInput("Lovely!")))
    found = until(lambda: find(ben, f"python author:{ana_name}", post))
    people = sure(SearchPage, search.sync(client=ben, q=ana_name, type_=SearchType.USERS))
    seen = {
        "follow": follow.state,
        "caption": shown.caption,
        "source": feed.source,
        "pictures": [[media.state, bool(media.renditions)] for media in shown.media],
        "mentioned": ben_name in shown.mentions,
        "reaction": reaction.reaction,
        "likes": reaction.likes_count,
        "comment": comment.text,
        "found": found.id == post.id,
        "people": any(isinstance(each, UserResult) and each.username == ana_name for each in people.results),
        "hidden": sure(Problem, get_media_original.sync(photos[0].id, client=ben)).code,
    }
    print(json.dumps(seen))


main()
