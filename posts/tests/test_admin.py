"""Posts in the admin: looked at, searched, never deleted."""

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from posts import models
from posts.models import CommentLike, Mention, Place, PostTag, Reaction, Save, Tag
from tests import factories

pytestmark = pytest.mark.django_db
EVERY_MODEL = [getattr(models, name) for name in models.__all__]


def fill(alice, bob, count):
    for number in range(count):
        post = factories.post(
            alice, "Dusk", photos=2, place=Place.objects.create(name="x", folded=f"p{number}-{count}")
        )
        tag = Tag.objects.create(name="dusk", folded=f"dusk{number}_{count}")
        PostTag.objects.create(post=post, tag=tag, position=0)
        Mention.objects.create(post=post, user=bob)
        Reaction.objects.create(post=post, user=bob, kind="like")
        Save.objects.create(post=post, user=bob)
        comment = factories.comment(post, bob)
        factories.comment(post, bob, parent=comment, reply_to=comment)
        CommentLike.objects.create(comment=comment, user=alice)


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_a_list_takes_the_same_queries_for_one_row_and_thirty(
    desk, alice, bob, model, django_assert_num_queries, django_assert_max_num_queries
):
    address = f"/admin/posts/{model._meta.model_name}/?q=a"
    fill(alice, bob, 1)
    desk.get(address)
    with django_assert_max_num_queries(25) as counted:
        assert desk.get(address).status_code == 200
    fill(alice, bob, 29)
    with django_assert_num_queries(len(counted)):
        assert desk.get(address).status_code == 200


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
