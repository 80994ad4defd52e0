"""Versions of cards are found by their indexes, also where all changes so far are of one thing."""

import pytest
from django.db import connection

from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_the_changes_of_each_row_are_found_by_an_index(alice, bob):
    post = factories.post(alice)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO posts_postchange (post_id) SELECT %s FROM generate_series(1, 3000)", [post.pk])
        cursor.execute(
            "INSERT INTO accounts_personchange (person_id) SELECT %s FROM generate_series(1, 3000)", [bob.pk]
        )
        cursor.execute("ANALYZE posts_postchange, accounts_personchange")
    plan = Post.objects.as_card_rows(alice).explain()
    assert "changes_of_post" in plan
    assert "changes_of_person" in plan
