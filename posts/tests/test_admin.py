"""Posts in the admin: looked at, searched, never deleted."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from posts import models
from posts.models import CommentLike, Mention, PostCell, Reaction, Save, TagFollow, TrendingTag
from tests.support import factories

pytestmark = pytest.mark.django_db
EVERY_MODEL = [getattr(models, name) for name in models.__all__]


def fill(alice, bob, count):
    for number in range(count):
        post = factories.post(alice, "Dusk", photos=2, place=f"p{number}-{count}")
        tag = factories.tagged(post, f"dusk{number}_{count}").tag
        PostCell.objects.create(post=post, cell=number)
        TagFollow.objects.create(user=bob, tag=tag)
        TrendingTag.objects.create(
            tag=tag,
            rank=count * 100 + number,
            people_count=2,
            posts_count=2,
            window_hours=24,
            computed_at=timezone.now(),
        )
        Mention.objects.create(post=post, user=bob)
        Reaction.objects.create(post=post, user=bob, kind="like")
        Save.objects.create(post=post, user=bob)
        comment = factories.comment(post, bob)
        factories.comment(post, bob, parent=comment, reply_to=comment)
        CommentLike.objects.create(comment=comment, user=alice)
        factories.collection(alice, [post], f"shelf {post.pk}")


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


def queries_of_lists(desk):
    counts = {}
    for model in EVERY_MODEL:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/admin/posts/{model._meta.model_name}/?q=a").status_code == 200
        counts[model.__name__] = len(queries)
    return counts


def test_lists_take_the_same_queries_for_one_row_and_thirty(desk, alice, bob):
    fill(alice, bob, 1)
    queries_of_lists(desk)
    few = queries_of_lists(desk)
    fill(alice, bob, 29)
    assert queries_of_lists(desk) == few
    assert max(few.values()) <= 15


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_every_row_can_be_opened_and_none_deleted(desk, alice, bob, model):
    fill(alice, bob, 1)
    number = model.objects.first().pk
    assert desk.get(f"/admin/posts/{model._meta.model_name}/{number}/change/").status_code == 200
    assert desk.get(f"/admin/posts/{model._meta.model_name}/{number}/delete/").status_code == 403
    desk.post(f"/admin/posts/{model._meta.model_name}/", {"action": "delete_selected", "_selected_action": number})
    assert model.objects.filter(pk=number).exists()


def test_posts_are_found_by_words_and_shown_with_pictures(desk, alice):
    factories.post(alice, "Dusk over Galata")
    factories.post(alice, "Breakfast")
    page = desk.get("/admin/posts/post/?q=galata").content.decode()
    assert "Dusk over Galata" in page
    assert "Breakfast" not in page
    assert '<img src="' in page
    assert "w320.webp" in page


def test_markup_in_a_caption_is_shown_as_text(desk, alice):
    factories.post(alice, "<script>alert(1)</script>")
    page = desk.get("/admin/posts/post/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_model_is_there():
    assert [model for model in EVERY_MODEL if model not in admin.site._registry] == []


def test_where_the_author_was_is_not_shown(desk, alice):
    post = factories.post(alice)
    models.Post.objects.filter(pk=post.pk).update(user_latitude="41.123456", user_longitude="28.654321")
    page = desk.get(f"/admin/posts/post/{post.pk}/change/").content.decode()
    assert "Comments enabled" in page
    assert "41.123456" not in page
    assert "28.654321" not in page
    assert "user latitude" not in page.lower()
