"""Migrations keep the tags that posts have."""

from importlib import import_module

import pytest
from django.apps import apps

from posts.models import PostTag, Tag
from tests.support import factories

pytestmark = pytest.mark.django_db
merge_tags = import_module("posts.migrations.0007_tags_without_unseen_marks").merge_tags


def test_tags_with_marks_that_are_not_seen_become_those_without(client_for, alice, bob, charlie):
    posts = [factories.post(alice) for _ in range(3)]
    factories.tagged(posts[0], "sea")
    for name, of, follower in (("sea\ufe0f", posts[:2], bob), ("sky\U000e0100", posts[2:], charlie)):
        tag = Tag.objects.create(name=name, normalized_name=name, search_key=name)
        for post in of:
            PostTag.objects.create(post=post, tag=tag, position=1, timeline_id=post.timeline_id)
        tag.follows.create(user=follower)
    merge_tags(apps, None)
    assert set(Tag.objects.values_list("name", "normalized_name")) == {("sea", "sea"), ("sky", "sky")}
    client = client_for(charlie)
    assert [client.get(f"/v1/tags/{name}").json()["posts_count"] for name in ("sea", "sky")] == [2, 1]
    assert client.get("/v1/tags/sky").json()["following"]
    assert client_for(bob).get("/v1/tags/sea").json()["following"]
