"""A world, and hundreds of rows that nobody in it may see: newer and older than what may be seen, with the same words.

The differential test asks every route before and after they are added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from api.ids import generate_ids, id_at
from posts.actions.geo_index import update_geo_index
from posts.models import CollectionItem, Comment, Post, PostCell, PostTag, Reaction, Save, Tag
from search.models import SearchDocument
from search.people.actions import index_person
from search.posts.actions import document_of, index_posts
from social.models import Audience, Block
from stories.actions import change_highlight
from stories.models import Highlight
from tests.support import factories

AGE = timedelta(minutes=5)  # of stories: the test's clock may stand a minute ahead of the database's
VIEWERS = ["owner", "follower", "stranger", "muter", "moderator"]
WORD, TAG, PLACE = "lighthouse", "nowhereelse", "Nowhere else"
POINT = {"media_latitude": Decimal("41.015137"), "media_longitude": Decimal("28.979530"), "exact_location": True}


class World:
    """An owner with posts, stories and a highlight, and viewers who are not the authors of what will be hidden."""

    def __init__(self) -> None:
        self.owner = factories.person("olga")
        self.viewers = {name: factories.person(name, is_staff=name == "moderator") for name in VIEWERS[1:]}
        self.viewers["owner"] = self.owner
        factories.follow(self.viewers["follower"], self.owner)
        factories.mute(self.viewers["muter"], self.owner)
        self.place = factories.place(PLACE)
        self.posts = [self._post(number) for number in range(5)]
        for post in self.posts:
            factories.tagged(post, TAG)
            update_geo_index(post=post)
        self.comment = factories.comment(self.posts[0], self.owner, WORD)
        self.story = factories.story(self.owner, age=AGE)
        self.highlight = factories.highlight(self.owner, [self.story], "Shelf")
        Highlight.objects.filter(pk=self.highlight.pk).update(updated_at=timezone.now() - timedelta(hours=1))
        self.collections = {
            name: factories.collection(viewer, self.posts[:2]).pk for name, viewer in self.viewers.items()
        }
        for post in self.posts[:2]:
            Reaction.objects.bulk_create(Reaction(user=who, post=post, kind="like") for who in self.viewers.values())
        index_posts(post_ids=[post.pk for post in self.posts])
        for person in (self.owner, *self.viewers.values()):
            index_person(user_id=person.pk)

    def _post(self, number: int) -> Post:
        return factories.post(self.owner, f"{WORD} number {number} #{TAG}", place=PLACE, **POINT)

    def names(self, viewer: str) -> dict[str, Any]:
        """What the paths of the visibility matrix name; of what is one's own alone, the viewer's."""
        media = self.posts[0].items.get().media_id
        return {
            "owner": "olga", "post": self.posts[0].pk, "comment": self.comment.pk, "media": media, "upload": 1,
            "export": 1, "import": 1, "report": 1, "decision": 1, "draft": 1, "collection": self.collections[viewer],
            "story": self.story.pk, "highlight": self.highlight.pk, "tag": TAG, "place": self.place.pk,
        }  # fmt: skip


@dataclass(frozen=True)
class Hidden:
    """One way of being hidden: what the author is, and what their posts are."""

    person: Callable[[World], User]
    fields: dict[str, Any]
    visible_to: str = ""  # the one viewer who may see them, if there is one


def _blocking(world: World) -> User:
    author = factories.person("hilda")
    Block.objects.bulk_create(Block(blocker=author, blocked=viewer) for viewer in world.viewers.values())
    return author


def _blocked(world: World) -> User:
    author = factories.person("hilda")
    Block.objects.bulk_create(Block(blocker=viewer, blocked=author) for viewer in world.viewers.values())
    return author


def _person(**fields: Any) -> Callable[[World], User]:
    return lambda world: factories.person("hilda", **fields)


NOW = timezone.now()
FEW = {"audience": Audience.CLOSE_FRIENDS}
STATES = {
    "private": Hidden(_person(private=True), {}),
    "blocking": Hidden(_blocking, {}),
    "blocked": Hidden(_blocked, {}),
    "suspended": Hidden(_person(suspended_at=NOW, suspended_until=NOW + timedelta(days=1)), {}),
    "limited": Hidden(_person(limited_at=NOW), {}),
    "deactivated": Hidden(_person(deactivated_at=NOW), {}),
    "archived": Hidden(_person(), {"archived_at": NOW}),
    "a draft": Hidden(_person(), {"is_draft": True, "timeline_id": None}),
    "scheduled": Hidden(_person(), {"is_draft": True, "timeline_id": None, "publish_at": NOW + timedelta(hours=1)}),
    "in the trash": Hidden(_person(), {"deleted_at": NOW}),
    "taken down": Hidden(_person(), {"removed_at": NOW}),
    "for close friends": Hidden(_person(), FEW),
    "for close friends, by somebody followed": Hidden(lambda world: world.owner, FEW, visible_to="owner"),
}


def hide(world: World, state: Hidden, *, count: int) -> None:
    """Adds `count` posts that are hidden from every viewer: a tenth older, the rest newer than all others."""
    author = state.person(world)
    older = [id_at(timezone.now() - timedelta(days=30), sequence) for sequence in range(count // 10)]
    ids = [*older, *generate_ids(count - len(older))]
    caption = f"{WORD} #{TAG.upper()}"
    places = {number: state.fields.get("timeline_id", number) for number in ids}
    fields = {name: value for name, value in state.fields.items() if name != "timeline_id"}
    Post.objects.bulk_create(
        Post(id=number, timeline_id=places[number], author=author, caption=caption, place=world.place,
             place_name=PLACE.upper(),
             shown_latitude=POINT["media_latitude"], shown_longitude=POINT["media_longitude"], **POINT, **fields)
        for number in ids
    )  # fmt: skip
    tag = Tag.objects.get(post_tags__post=world.posts[0])
    PostTag.objects.bulk_create(
        PostTag(post_id=number, tag=tag, name=TAG.upper(), position=0, timeline_id=places[number]) for number in ids
    )
    cells = list(PostCell.objects.filter(post=world.posts[0]).values_list("cell", flat=True))
    PostCell.objects.bulk_create(
        PostCell(post_id=number, cell=cell, timeline_id=places[number]) for number in ids for cell in cells
    )
    _collect(world, ids[-20:])
    _like(world, ids[-20:])
    _index([number for number in ids if places[number] is not None])
    story = factories.story(author, age=AGE, audience=state.fields.get("audience", Audience.FOLLOWERS))
    if author == world.owner:
        stories = [story.pk, world.story.pk]
        change_highlight(highlight=world.highlight, changes={"stories": stories, "cover": story.pk})
        factories.highlight(author, [story], "Shelf of few")
    index_person(user_id=author.pk)
    _hide_comments(world)


def _hide_comments(world: World) -> None:
    """With a hidden word of the owner's, under it, and deleted; newer than what may be seen, and more liked."""
    writer, post = factories.person("wilma"), world.posts[0]
    fields = {"author": writer, "post": post, "text": WORD, "likes_count": 9}
    tops = [Comment(id=pk, hidden_for=world.owner, **fields) for pk in generate_ids(40)]
    gone = [Comment(id=pk, deleted_at=NOW, **fields) for pk in generate_ids(40)]
    replies = [Comment(id=pk, parent=tops[0], hidden_for=world.owner, **fields) for pk in generate_ids(40)]
    under = [Comment(id=pk, parent=world.comment, hidden_for=world.owner, **fields) for pk in generate_ids(40)]
    for rows in (tops, gone, replies, under):
        Comment.objects.bulk_create(rows)
    Comment.objects.filter(pk=tops[0].pk).update(pinned_at=NOW)


def _collect(world: World, ids: list[int]) -> None:
    """Everybody has saved these before they were hidden, put them into their collection, and one on its cover."""
    saves = Save.objects.bulk_create(Save(user=who, post_id=one) for who in world.viewers.values() for one in ids)
    by_owner = {who.pk: world.collections[name] for name, who in world.viewers.items()}
    CollectionItem.objects.bulk_create(
        CollectionItem(collection_id=by_owner[kept.user_id], saved=kept, is_cover=kept.post_id == ids[0])
        for kept in saves
    )


def _like(world: World, ids: list[int]) -> None:
    """Everybody has liked these before they were hidden."""
    Reaction.objects.bulk_create(
        Reaction(user=who, post_id=one, kind="like") for who in world.viewers.values() for one in ids
    )


def _index(ids: list[int]) -> None:
    """The words of these posts, which are all alike. (What is not published has none.)"""
    if ids:
        document = document_of(post=Post.objects.get(pk=ids[0]))
        SearchDocument.objects.bulk_create(
            SearchDocument(post_id=number, timeline_id=number, vector=document.vector, indexed_at=timezone.now())
            for number in ids
        )
