"""Posts are found in the admin by their words, whoever may see them."""

import pytest
from django.test import Client

from accounts.models import User
from search.posts.actions import index_posts
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


@pytest.mark.parametrize("typed", ["galata", "Dusk galata", '"dusk over"', "galat"])
def test_posts_are_found_by_words(desk, typed):
    private = factories.person("secretive", private=True)
    for caption in ("Dusk over Galata", "Breakfast"):
        index_posts(post_ids=[factories.post(private, caption).pk])
    page = desk.get("/admin/posts/post/", {"q": typed}).content.decode()
    assert "Dusk over Galata" in page
    assert "Breakfast" not in page
