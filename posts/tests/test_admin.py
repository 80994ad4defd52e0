"""Posts in the admin: looked at, searched, never deleted."""

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from posts import models
from tests.support import factories

pytestmark = pytest.mark.django_db
EVERY_MODEL = [getattr(models, name) for name in models.__all__]


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


def test_posts_are_found_by_their_author_and_shown_with_pictures(desk, alice, charlie):
    factories.post(alice, "Dusk over Galata")
    factories.post(charlie, "Breakfast")
    page = desk.get("/admin/posts/post/?q=alice").content.decode()
    assert "Dusk over Galata" in page
    assert "Breakfast" not in page
    assert '<img src="' in page
    assert "w320.webp" in page


def test_a_page_links_what_refers_to_its_row_once(desk, alice):
    post = factories.post(alice)
    page = desk.get(f"/admin/posts/post/{post.pk}/change/").content.decode()
    assert page.count(f"/admin/posts/comment/?post={post.pk}") == 1
    page = desk.get(f"/admin/media/media/{post.items.get().media_id}/change/").content.decode()
    assert page.count(f"/admin/posts/post/?items__media={post.items.get().media_id}") == 1


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


@pytest.mark.parametrize("typed", ["cheap", "CHEAP watches", "spam.example", '"watches at"', "@mallory"])
def test_comments_are_found_by_their_words(desk, alice, mallory, typed):
    post = factories.post(alice)
    factories.comment(post, mallory, "Cheap watches at spam.example/now")
    factories.comment(post, alice, "What a view")
    page = desk.get("/admin/posts/comment/", {"q": typed}).content.decode()
    assert "Cheap watches" in page
    assert "What a view" not in page


def test_comments_with_other_words_are_not_found(desk, alice):
    factories.comment(factories.post(alice), alice, "What a view")
    for typed in ("cheap view", "vie", "😀"):
        assert "What a view" not in desk.get("/admin/posts/comment/", {"q": typed}).content.decode(), typed
