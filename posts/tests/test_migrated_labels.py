"""Migrations keep the tags and places that posts have, and give away no spelling that was written in private."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.actions import update_profile
from api.ids import generate_ids
from posts.models import Place, Post, PostChange, PostTag, Tag, TagFollow
from posts.models.labels import FIRST_LABEL_ID, label_id

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("posts", "0006_notices")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The models of then, in tables of then."""
    yield migrate(BEFORE)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def world(alice, bob, before):
    """alice, private by now, was the first to write everything; bob wrote the same after her."""
    for name in ("Tag", "Place"):
        row = {"normalized_name": "12 hidden street" if name == "Place" else "secret", "search_key": "x"}
        before.get_model("posts", name).objects.create(name=row["normalized_name"].title(), **row)
    place, secret = (before.get_model("posts", name).objects.get() for name in ("Place", "Tag"))
    written = {"alice": (alice, "#Secret"), "bob": (bob, "#SECRET"), "list": (bob, "by the list")}
    ids = dict(zip(written, generate_ids(3), strict=True))
    for key, (author, caption) in written.items():
        number = ids[key]
        post = before.get_model("posts", "Post").objects.create(
            id=number, timeline_id=number, author_id=author.pk, caption=caption, place=place
        )
        before.get_model("posts", "PostTag").objects.create(post=post, tag=secret, position=0, timeline_id=number)
    before.get_model("posts", "TagFollow").objects.create(tag=secret, user_id=bob.pk)
    return ids


def after() -> dict[int, tuple[list[str], str]]:
    """What each post shows."""
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    return {
        post.pk: ([use.name for use in post.post_tags.order_by("position")], post.place_name)
        for post in Post.objects.all()
    }


def test_what_was_written_in_private_stays_there(world, alice):
    update_profile(user=alice, is_private=True)
    assert after() == {
        world["alice"]: (["Secret"], "12 Hidden Street"),
        world["bob"]: (["SECRET"], "12 hidden street"),
        world["list"]: (["secret"], "12 hidden street"),
    }


def test_what_was_written_in_public_is_kept(world):
    assert after() == {
        world["alice"]: (["Secret"], "12 Hidden Street"),
        world["bob"]: (["SECRET"], "12 Hidden Street"),
        world["list"]: (["Secret"], "12 Hidden Street"),
    }


def test_ids_are_made_of_names_and_what_hangs_on_them_follows(world, bob, client_for):
    after()
    assert Tag.objects.get().pk == label_id("tag", "secret") > FIRST_LABEL_ID
    assert Place.objects.get().pk == label_id("place", "12 hidden street")
    assert set(PostTag.objects.values_list("tag", flat=True)) == {Tag.objects.get().pk}
    assert TagFollow.objects.get(user=bob).tag == Tag.objects.get()
    assert set(PostChange.objects.values_list("post", flat=True)) == set(world.values())
    place = f"/v1/places/{Place.objects.get().pk}"
    assert client_for(bob).get(place).json()["posts_count"] == 3


def test_tags_with_marks_that_are_not_seen_become_those_without(before, alice, bob):
    for number, name in zip(generate_ids(3), ("sea", "sea\ufe0f", "sky\U000e0100"), strict=True):
        tag = before.get_model("posts", "Tag").objects.create(name=name, normalized_name=name, search_key=name)
        post = before.get_model("posts", "Post").objects.create(id=number, timeline_id=number, author_id=alice.pk)
        before.get_model("posts", "PostTag").objects.create(post=post, tag=tag, position=1, timeline_id=number)
        before.get_model("posts", "TagFollow").objects.create(tag=tag, user_id=bob.pk)
    assert [tags for tags, _ in after().values()] == [["sea"], ["sea"], ["sky"]]
    assert set(Tag.objects.values_list("normalized_name", flat=True)) == {"sea", "sky"}
    assert set(TagFollow.objects.values_list("tag__normalized_name", flat=True)) == {"sea", "sky"}
