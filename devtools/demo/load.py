"""Loads the demo world through the same actions as everybody's requests, its photographs also through a running API.

A person, a story, and a post with all its comments and likes, is one transaction each: what is there is whole. So an
interrupted load goes on where it stopped, and a repeated one changes nothing. The past is counted from the moment at
which the first person was made.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions import own_address, register, set_avatar, update_profile
from accounts.models import Mail, User
from api.ids import id_at
from devtools.demo import world as plan
from devtools.demo.moderating import report_some
from devtools.demo.receiving import Receive, receive_here
from posts import actions as posts
from posts.captions import tag_key
from posts.models import Collection, Comment, Post, Reaction, Tag
from social import actions as social
from stories import actions as stories
from stories.models import Highlight, Seen, Story

MEMBER_FOR = timedelta(days=420)  # of the first person, when the world is loaded
JOINED_APART = timedelta(days=9)
Users = dict[str, User]
Count = Callable[[], object]


class Foreign(Exception):
    """A user name of the demo is taken by another account."""


def load(
    world: plan.World,
    *,
    receive: Receive = receive_here,
    run_concurrently: int = 2,
    count: Count = lambda: None,
) -> None:
    """Loads what is missing of the world; `count` is called after each person, each post and each story.

    Photographs are made ready by `receive`, `run_concurrently` at a time, in threads (with 1: in this one): so few that
    nobody's own upload waits long behind them. Raises `Foreign`.
    """
    users = {person.username: _user(person, place, count) for place, person in enumerate(world.people)}
    now = users[world.people[0].username].created_at + MEMBER_FOR
    for person in world.people:
        _acquaint(person, users)
    _load_posts(world.posts, users, now, receive, run_concurrently, count)
    for person in world.people:
        _give_avatar(person, users[person.username], receive)
    _load_stories(world.stories, users, now, receive, count)
    _prepare(world.drafts, users, receive)
    for person in world.people:
        _follow_tags(person, users[person.username])
        _collect(person, users[person.username], world.posts)
    report_some(list(users.values()))
    posts.rank_trending()


def is_complete(world: plan.World) -> bool:
    """Whether everything was loaded, even if it was changed since."""
    people = demo_people(world)
    return (
        people.count() == len(world.people)
        and Post.objects.filter(author__in=people).count() >= len(world.posts)
        and stories_are_loaded(world)
    )


def stories_are_loaded(world: plan.World) -> bool:
    """Whether a load has reached its last part."""
    return Story.objects.filter(author__in=demo_people(world)).count() >= len(world.stories)


def demo_people(world: plan.World) -> QuerySet[User]:
    """The demo's users that exist."""
    return User.objects.get_queryset().filter(email__in=[person.email for person in world.people])


# -- People ------------------------------------------------------------------------------------------
def _user(person: plan.Person, place: int, count: Count) -> User:
    user = User.objects.named(person.username).first()
    if user is not None and user.email != person.email:
        raise Foreign(person.username)
    count()
    return user or _register(person, place)


@transaction.atomic
def _register(person: plan.Person, place: int) -> User:
    user = register(
        username=person.username,
        name=person.name,
        email=person.email,
        password=plan.PASSWORD,
        birth_date=person.born,
    )
    Mail.objects.filter(user=user).delete()  # nobody reads these addresses
    own_address(user=user, address=person.email)
    now = timezone.now().replace(microsecond=0)
    joined = now - MEMBER_FOR + place * JOINED_APART
    details = {"bio": person.bio, "website": person.website, "is_private": person.private}
    return update_profile(user=user, created_at=joined, **details)


def _acquaint(person: plan.Person, users: Users) -> None:
    user = users[person.username]
    for name in person.follows:
        if social.follow(follower=user, followee=users[name]) == social.REQUESTED:
            social.accept(followee=users[name], follower_id=user.pk)
    for name in person.asks:
        social.follow(follower=user, followee=users[name])
    for name in person.blocks:
        social.block(blocker=user, blocked=users[name])
    for name in person.mutes:
        social.mute(muter=user, muted=users[name])


def _follow_tags(person: plan.Person, user: User) -> None:
    for tag in Tag.objects.filter(normalized_name__in=[tag_key(name) for name in person.follows_tags]):
        posts.follow_tag(user=user, tag=tag)


def _collect(person: plan.Person, user: User, planned: Sequence[plan.Post]) -> None:
    """Those of others' posts whose first photograph is of the group."""
    groups = {photo.file: photo.group for photo in plan.photos()}
    for name, group in person.collections.items():
        if Collection.objects.owned_by(user).filter(name=name).exists():
            continue
        collection = posts.make_collection(owner=user, name=name)
        fitting = [post.caption for post in planned if groups.get(post.pictures[0].file) == group]
        for post in Post.objects.visible_to(user).filter(caption__in=fitting).exclude(author=user).order_by("pk")[:8]:
            posts.collect(owner=user, collection_id=collection.pk, post=post)


def _give_avatar(person: plan.Person, user: User, receive: Receive) -> None:
    if user.avatar_id is None:
        photo = next(photo for photo in plan.photos() if photo.file == person.avatar)
        picture = plan.Picture(photo.file, photo.alt, photo.focus, "square")
        set_avatar(user=user, media_id=receive(user, picture, "demo:avatar"))


# -- Posts -------------------------------------------------------------------------------------------
def _load_posts(
    planned: Sequence[plan.Post],
    users: Users,
    now: datetime,
    receive: Receive,
    run_concurrently: int,
    count: Count,
) -> None:
    missing = []
    for post in planned:
        if _is_there(post, users[post.author], now):
            count()
        else:
            missing.append(post)
    for post, media_ids in zip(missing, _all_media(missing, users, receive, run_concurrently), strict=True):
        _publish(post, media_ids, users, now)
        count()


def _is_there(post: plan.Post, author: User, now: datetime) -> bool:
    mine = Post.objects.filter(author=author)
    return mine.filter(created_at=now - post.age).exists() or mine.filter(caption=post.caption).exists()


def _all_media(
    missing: Sequence[plan.Post], users: Users, receive: Receive, run_concurrently: int
) -> Iterator[list[int]]:
    """The media ids of each post, in the posts' order, made somewhat ahead of whoever reads them."""

    def media_of(post: plan.Post) -> list[int]:
        author, key = users[post.author], f"demo:{post.number}"
        return [receive(author, picture, f"{key}:{place}") for place, picture in enumerate(post.pictures)]

    def in_thread(post: plan.Post) -> list[int]:
        try:
            return media_of(post)
        finally:
            connection.close()

    if run_concurrently == 1:
        yield from map(media_of, missing)
        return
    pool = ThreadPoolExecutor(run_concurrently)
    try:
        yield from pool.map(in_thread, missing)
    finally:
        pool.shutdown(cancel_futures=True)


@transaction.atomic
def _publish(planned: plan.Post, media_ids: Iterable[int], users: Users, now: datetime) -> None:
    """The post, moved into the past before anybody can see it, with its comments and reactions."""
    latitude, longitude = (Decimal(str(degrees)) for degrees in planned.at) if planned.at else (None, None)
    moment = now - planned.age
    post = posts.publish(
        author=users[planned.author],
        media_ids=list(media_ids),
        caption=planned.caption,
        tags=planned.tags,
        place=planned.place,
        media_latitude=latitude,
        media_longitude=longitude,
        idempotency_key=f"demo:{planned.number}",
    )
    Post.objects.filter(pk=post.pk).update(created_at=moment, updated_at=moment, timeline_id=id_at(moment))
    _react(planned, post, users, moment)
    _comment(planned, post, users, moment)


def _react(planned: plan.Post, post: Post, users: Users, moment: datetime) -> None:
    for kind, names in (("like", planned.liked_by), ("dislike", planned.disliked_by)):
        for name in names:
            posts.react(user=users[name], post_id=post.pk, kind=kind)
    Reaction.objects.filter(post=post).update(created_at=moment + planned.age / 10)
    for name in planned.saved_by:
        posts.save(user=users[name], post=post)


def _comment(planned: plan.Post, post: Post, users: Users, moment: datetime) -> None:
    made: list[Comment] = []
    for place, remark in enumerate(planned.remarks):
        comment = posts.comment(
            author=users[remark.author],
            post=post,
            text=remark.text,
            reply_to=None if remark.answers is None else made[remark.answers],
            idempotency_key=f"demo:{planned.number}:{place}",
        )
        Comment.objects.filter(pk=comment.pk).update(created_at=moment + remark.after)
        for name in remark.liked_by:
            posts.like_comment(user=users[name], comment=comment)
        made.append(comment)
    if made and planned.number % 3 == 0:
        posts.pin_comment(comment=made[0])


def _prepare(planned: Sequence[plan.Draft], users: Users, receive: Receive) -> None:
    for draft in planned:
        author, key = users[draft.author], f"demo:draft:{draft.number}"
        if not Post.objects.filter(author=author, caption=draft.caption).exists():
            media_id = receive(author, draft.picture, key)
            moment = None if draft.ahead is None else timezone.now() + draft.ahead
            posts.publish(author=author, media_ids=[media_id], caption=draft.caption, draft=True, publish_at=moment)


# -- Stories -----------------------------------------------------------------------------------------
def _load_stories(planned: Sequence[plan.Story], users: Users, now: datetime, receive: Receive, count: Count) -> None:
    collected: dict[tuple[str, str], list[int]] = {}
    for story in planned:
        made = _publish_story(story, users, now - story.age, receive)
        if story.highlight:
            collected.setdefault((story.author, story.highlight), []).append(made.pk)
        count()
    for (owner, title), ids in collected.items():
        if not Highlight.objects.filter(owner=users[owner], title=title).exists():
            stories.make_highlight(owner=users[owner], title=title, stories=ids)


def _publish_story(planned: plan.Story, users: Users, moment: datetime, receive: Receive) -> Story:
    """The story, moved into the past, and who saw it; the one that is there if it was loaded before."""
    author = users[planned.author]
    there = Story.objects.filter(author=author, published_at=moment).first()
    if there is not None:
        return there
    media_id = receive(author, planned.picture, f"demo:story:{planned.number}")
    ends = moment + timedelta(seconds=settings.STORY_SECONDS)
    times = {"created_at": moment, "published_at": moment, "expires_at": ends, "timeline_id": id_at(moment)}
    with transaction.atomic():
        story = stories.publish(author=author, media_id=media_id)
        Story.objects.filter(pk=story.pk).update(**times)
        _look(planned, story, users, moment)
    return story


def _look(planned: plan.Story, story: Story, users: Users, moment: datetime) -> None:
    for place, name in enumerate(planned.seen_by, 1):
        stories.mark_seen(viewer=users[name], story_ids=[story.pk])
        seen_at = moment + planned.age * place / (len(planned.seen_by) + 1)
        Seen.objects.filter(story=story, viewer=users[name]).update(seen_at=seen_at)
