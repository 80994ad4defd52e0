"""Cards are the serializer's bytes: for every viewer, whatever happens to what a card shows."""

import zlib
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.cards import cards as people_cards
from accounts.models import CommentsFrom, User
from api import redis as redis_roles
from api.compiled import Parameters, compiled
from api.renderers import JSONRenderer
from media import tokens
from media.models import Media, Rendition
from posts.cards import posts_as_json
from posts.cards.rendering import cards
from posts.models import Mention, Place, Post, PostMedia, PostTag, Reaction, Save, Tag
from posts.serializers import PostSerializer
from social.models import Audience, Block, CloseFriend, Follow
from tests.support import factories

NAMES = ["ann", "ben", "cleo", "dan"]
names = st.sampled_from(NAMES)
texts = st.sampled_from(["", "sea", 'a "quote"', "\\", "%s", "é\u2028\U0001f600", "</script>", "\x7f"])
turns = st.integers(0, 5)
commenters = st.sampled_from(CommentsFrom.values)


def shown(viewer: User, posts: Any) -> list[bytes]:
    """What the ordinary serializer makes of these posts."""
    rows = posts.for_display(viewer).order_by("pk")
    serializer = PostSerializer(context={"viewer": viewer})
    return [JSONRenderer().render(serializer.to_representation(post)) for post in rows]


@compiled
def readable(given: Parameters) -> Any:
    """All that a list may show the viewer: what is visible, and their own in whatever state."""
    viewer = given.person("viewer")
    return Post.objects.readable_by(viewer).order_by("pk").as_card_rows(viewer)


def assert_alike(*viewers: User) -> None:
    for viewer in viewers:
        from_cards = posts_as_json(viewer, readable().rows(viewer=viewer.pk))
        assert from_cards == shown(viewer, Post.objects.readable_by(viewer)), viewer.username


class World(RuleBasedStateMachine):
    """People, what they share and what becomes of it. The clock of the tokens is moved by hand."""

    @initialize()
    def world(self) -> None:
        self.before = transaction.savepoint()
        self.seconds = 0
        self.clock = patch.object(tokens, "time", self)  # buckets of tokens end by the clock alone
        self.clock.start()
        for name in NAMES:
            person = factories.person(name, private=name == "dan")
            person.avatar = factories.media(person, references=1)
            person.save()
        self.post("ann", "sea")
        self.post("dan", "sea")

    def time(self) -> float:
        return 1_790_000_000.0 + self.seconds

    def teardown(self) -> None:
        if hasattr(self, "before"):
            self.clock.stop()
            transaction.savepoint_rollback(self.before)

    def person(self, name: str) -> User:
        return User.objects.get_queryset().get(username__startswith=name)

    def one(self, rows: Any, turn: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[turn % len(found)] if found else None

    @rule(name=names, caption=texts, audience=st.sampled_from(Audience.values))
    def post(self, name: str, caption: str, audience: str = Audience.FOLLOWERS) -> None:
        post = factories.post(self.person(name), caption, photos=2, place="Lisbon", audience=audience)
        factories.tagged(post, "sunset")
        Mention.objects.create(post=post, user=self.person("ben"))
        Mention.objects.create(post=post, user=self.person("cleo"))

    @rule(name=names, caption=texts)
    def draft(self, name: str, caption: str) -> None:
        factories.post(self.person(name), caption, live=False)

    @rule(turn=turns, caption=texts)
    def edit(self, turn: int, caption: str) -> None:
        post = self.one(Post.objects.all(), turn)
        Post.objects.filter(pk=post.pk).update(caption=caption, edited_at=timezone.now())

    @rule(turn=turns, text=texts)
    def describe(self, turn: int, text: str) -> None:
        Media.objects.filter(pk=self.one(Media.objects.all(), turn).pk).update(alt_text=text)

    @rule(turn=turns, state=st.sampled_from(Media.State.values))
    def settle_media(self, turn: int, state: str) -> None:
        media = self.one(Media.objects.all(), turn)
        Media.objects.filter(pk=media.pk).update(state=state, progress=turn, error_code="corrupt")

    @rule(turn=turns)
    def make_another_size(self, turn: int) -> None:
        media = self.one(Media.objects.all(), turn)
        sizes = {"content_type": "image/jpeg", "width": 100 + turn, "height": 75, "size": 1}
        Rendition.objects.get_or_create(media=media, name=f"w{100 + turn}.jpg", defaults=sizes)

    @rule(turn=turns)
    def lose_a_size(self, turn: int) -> None:
        rendition = self.one(Rendition.objects.all(), turn)
        if rendition is not None:
            rendition.delete()

    @rule(turn=turns)
    def reorder(self, turn: int) -> None:
        post = self.one(Post.objects.all(), turn)
        for item in post.items.all():
            PostMedia.objects.filter(pk=item.pk).update(position=1 - item.position)

    @rule(turn=turns, name=texts)
    def rename_place(self, turn: int, name: str) -> None:
        post = self.one(Post.objects.all(), turn)
        Post.objects.filter(pk=post.pk).update(place_name=name or "Porto")

    @rule(name=texts)
    def rename_tag(self, name: str) -> None:
        PostTag.objects.update(name=name or "sunrise")

    @rule(turn=turns)
    def retag(self, turn: int) -> None:
        post = self.one(Post.objects.all(), turn)
        post.post_tags.all().delete()
        factories.tagged(post, f"tag{turn}")

    @rule(name=names, text=texts)
    def rename(self, name: str, text: str) -> None:
        User.objects.filter(pk=self.person(name).pk).update(name=text, username=f"{name}{len(text)}")

    @rule(name=names, turn=turns)
    def change_avatar(self, name: str, turn: int) -> None:
        person = self.person(name)
        avatar = factories.media(person, references=1) if turn % 2 else None
        User.objects.filter(pk=person.pk).update(avatar=avatar)

    @rule(name=names, private=st.booleans())
    def change_privacy(self, name: str, private: bool) -> None:
        User.objects.filter(pk=self.person(name).pk).update(is_private=private)

    @rule(a=names, b=names)
    def block(self, a: str, b: str) -> None:
        if a != b:
            Block.objects.get_or_create(blocker=self.person(a), blocked=self.person(b))

    @rule(a=names, b=names)
    def befriend(self, a: str, b: str) -> None:
        if a != b:
            CloseFriend.objects.get_or_create(owner=self.person(a), friend=self.person(b))

    @rule(name=names, suspended=st.booleans())
    def suspend(self, name: str, suspended: bool) -> None:
        moment = timezone.now() if suspended else None
        User.objects.filter(pk=self.person(name).pk).update(suspended_at=moment)

    @rule(name=names, turn=turns, kind=st.sampled_from(Reaction.Kind.values))
    def react(self, name: str, turn: int, kind: str) -> None:
        post = self.one(Post.objects.all(), turn)
        Reaction.objects.update_or_create(user=self.person(name), post=post, defaults={"kind": kind})
        Save.objects.get_or_create(user=self.person(name), post=post)
        Post.objects.filter(pk=post.pk).update(likes_count=turn, dislikes_count=turn + 1, comments_count=turn + 2)

    @rule(turn=turns, away=st.booleans())
    def archive(self, turn: int, away: bool) -> None:
        post = self.one(Post.objects.all(), turn)
        Post.objects.filter(pk=post.pk).update(archived_at=timezone.now() if away else None)

    @rule(turn=turns, away=st.booleans())
    def close_comments(self, turn: int, away: bool) -> None:
        Post.objects.filter(pk=self.one(Post.objects.all(), turn).pk).update(comments_enabled=away)

    @rule(turn=turns, chosen=st.sampled_from(["", *CommentsFrom.values]), name=names, by_account=commenters)
    def limit_comments(self, turn: int, chosen: str, name: str, by_account: str) -> None:
        Post.objects.filter(pk=self.one(Post.objects.all(), turn).pk).update(comments_from=chosen)
        User.objects.filter(pk=self.person(name).pk).update(comments_from=by_account)

    @rule(a=names, b=names)
    def follow(self, a: str, b: str) -> None:
        if a != b:
            Follow.objects.get_or_create(follower=self.person(a), followee=self.person(b), accepted_at=timezone.now())

    @rule(turn=turns, said=st.booleans())
    def mark(self, turn: int, said: bool) -> None:
        post = self.one(Post.objects.all(), turn)
        Post.objects.filter(pk=post.pk).update(sensitive=said, marked_sensitive_at=None if said else timezone.now())

    @rule(turn=turns, away=st.booleans())
    def take_down(self, turn: int, away: bool) -> None:
        post = self.one(Post.objects.all(), turn)
        Post.objects.filter(pk=post.pk).update(removed_at=timezone.now() if away else None)

    @rule(turn=turns)
    def publish(self, turn: int) -> None:
        post = self.one(Post.objects.filter(timeline_id=None), turn)
        if post is not None:
            Post.objects.filter(pk=post.pk).update(timeline_id=post.pk)

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        self.seconds += 60 * minutes

    @rule()
    def lose_redis(self) -> None:
        redis_roles.counters().flushdb()

    @rule()
    def restart(self) -> None:
        cards.kept.clear()

    @invariant()
    def everybody_is_shown_what_the_serializer_says(self) -> None:
        assert_alike(*map(self.person, NAMES))


@pytest.mark.django_db
def test_cards_are_the_serializers_bytes():
    few: Any = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(World, settings=few)


# Every rule of the world at least once, so that what the random walks find by chance is found every time.
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("draft", {"name": "ann", "caption": "soon"}),
    ("edit", {"turn": 0, "caption": "é"}),
    ("describe", {"turn": 4, "text": "a boat"}),
    *(("make_another_size", {"turn": turn}) for turn in range(6)),
    *(("reorder", {"turn": turn}) for turn in range(2)),
    ("rename_place", {"turn": 0, "name": "Faro"}),
    ("rename_tag", {"name": "dusk"}),
    ("retag", {"turn": 1}),
    ("rename", {"name": "ann", "text": "Ann"}),
    ("change_avatar", {"name": "ann", "turn": 1}),
    ("change_avatar", {"name": "ann", "turn": 2}),
    ("react", {"name": "ben", "turn": 0, "kind": "like"}),
    ("close_comments", {"turn": 0, "away": False}),
    *(
        ("limit_comments", {"turn": 1, "chosen": chosen, "name": "dan", "by_account": by_account})
        for chosen, by_account in (("nobody", "followers"), ("", "people_i_follow"), ("followers", "nobody"))
    ),
    ("follow", {"a": "ben", "b": "dan"}),
    ("limit_comments", {"turn": 1, "chosen": "people_i_follow", "name": "dan", "by_account": "nobody"}),
    ("follow", {"a": "dan", "b": "ann"}),
    *(("settle_media", {"turn": turn, "state": "processing"}) for turn in range(4, 8)),
    ("wait", {"minutes": 40}),
    ("lose_a_size", {"turn": 4}),
    ("befriend", {"a": "dan", "b": "cleo"}),
    ("post", {"name": "dan", "caption": "for friends", "audience": Audience.CLOSE_FRIENDS}),
    ("change_privacy", {"name": "dan", "private": False}),
    ("wait", {"minutes": 40}),
    ("block", {"a": "ben", "b": "cleo"}),
    ("publish", {"turn": 0}),
    ("mark", {"turn": 0, "said": True}),
    ("archive", {"turn": 0, "away": True}),
    ("take_down", {"turn": 1, "away": True}),
    ("suspend", {"name": "dan", "suspended": True}),
    ("lose_redis", {}),
    ("restart", {}),
]


@pytest.mark.django_db
def test_each_step_by_itself_is_shown():
    assert {name for name, _ in STEPS} == {name for name, made in vars(World).items() if _is_rule(made)}
    world: Any = World()
    world.world()
    try:
        for name, values in STEPS:
            getattr(world, name)(**values)
            world.everybody_is_shown_what_the_serializer_says()
            cards.kept.clear()  # what Redis was given has to be right as well
            people_cards.kept.clear()
            world.everybody_is_shown_what_the_serializer_says()
    finally:
        world.teardown()


def _is_rule(member: Any) -> bool:
    return hasattr(member, "hypothesis_stateful_rule")


def _another(row: models.Model, field: Any) -> Any:
    """A value that the field does not have yet."""
    value = getattr(row, field.attname)
    for kind, made in (
        (models.BooleanField, lambda: not value),
        (models.DateTimeField, lambda: None if value and field.null else timezone.now() - timedelta(days=1)),
        (models.DateField, lambda: timezone.now().date()),
        (models.DecimalField, lambda: 1.5),
        (models.CharField, lambda: "dislike" if value == "like" else f"{value}x"[-(field.max_length or 9) :]),
        (models.TextField, lambda: f"{value}x"),
        (models.FloatField, lambda: 2.5),
        (models.IntegerField, lambda: (value or 0) + 7),
    ):
        if isinstance(field, kind):
            return made()
    return None


# Whose and when: they stay what they are, and rows do not move to another post or media.
# A draft is never published, and has no card.
NOT_TRIED = {
    "Post.author",
    "Post.timeline_id",
    "Post.is_draft",
    "Post.publish_at",
    "PostMedia.post",
    "PostTag.post",
    "Rendition.media",
}


@pytest.mark.parametrize("model", [Post, PostMedia, PostTag, Tag, Place, Media, Rendition, User])
def test_whatever_column_changes_the_card_shows_it(alice, bob, model):
    """Every column of every table that a card is made of, a new one too: the triggers can forget none that is shown."""
    other = factories.post(alice, "another", photos=1, place="Porto")
    factories.tagged(other, "other")
    post = factories.post(alice, "words", photos=1, place="Lisbon")
    factories.tagged(post, "sunset")
    alice.avatar = factories.media(alice, references=1)
    alice.save()
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        if f"{model.__name__}.{field.name}" not in NOT_TRIED:
            for media in (post.items.get().media, alice.avatar) if model in (Media, Rendition) else (alice.avatar,):
                _change_and_compare(_row_of(model, post, media), field, other, viewers=[alice, bob])


def _change_and_compare(row: Any, field: Any, other: Post, *, viewers: list[User]) -> None:
    value = _foreign(type(row), field, other) if field.is_relation else _another(row, field)
    assert_alike(*viewers)
    with transaction.atomic():
        type(row).objects.get_queryset().filter(pk=row.pk).update(**{field.attname: value})
        for _ in range(2):
            assert_alike(*viewers)
            cards.kept.clear()  # what Redis was given has to be right as well
        transaction.set_rollback(True)


def _row_of(model: Any, post: Post, media: Media) -> Any:
    rows: dict[Any, Any] = {
        Post: post,
        PostMedia: post.items.get(),
        PostTag: post.post_tags.get(),
        Tag: post.post_tags.get().tag,
        Place: post.place,
        Media: media,
        Rendition: media.renditions.order_by("width").first(),
        User: post.author,
    }
    return rows[model]


def _foreign(model: Any, field: Any, other: Post) -> Any:
    related: dict[Any, Any] = {
        Place: other.place_id,
        Tag: other.post_tags.get().tag_id,
        Media: other.items.get().media_id,
        Post: other.pk,
        User: other.author_id,
    }
    return related.get(field.related_model) or getattr(_row_of(model, other, other.items.get().media), field.attname)


@pytest.mark.parametrize("value", [b"", b"garbage", zlib.compress(b"words")[:-3]])
def test_what_redis_has_spoilt_is_rendered_again(alice, bob, value):
    factories.post(alice, "words")
    assert_alike(bob)
    names = list(redis_roles.counters().scan_iter("card:*"))
    assert len(names) == 2  # the post's and alice's
    redis_roles.counters().mset(dict.fromkeys(names, value))
    cards.kept.clear()
    people_cards.kept.clear()
    assert_alike(bob)
    assert value not in redis_roles.counters().mget(names)


def test_only_what_it_shows_makes_another_card(alice, bob):
    """A like moves a number, not the card: it would be rendered again for each of them."""
    post = factories.post(alice)
    before = versions(bob)
    Post.objects.filter(pk=post.pk).update(likes_count=5, comments_count=2)
    Reaction.objects.create(user=bob, post=post, kind="like")
    Media.objects.update(references=3)
    User.objects.filter(pk=alice.pk).update(posts_count=9, last_login=timezone.now())
    assert versions(bob) == before


def versions(viewer: User) -> Any:
    ((version, author_version),) = Post.objects.as_card_rows(viewer).values_list("card_version", "author_version")
    return version, author_version
