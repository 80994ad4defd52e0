"""Somebody who follows a thousand quiet people, among many posts of others, gets a feed by reading theirs alone.

Mutant: `author IN (…) ORDER BY … LIMIT` instead of a look-up for each followee: it reads everybody's posts.
"""

from datetime import timedelta
from secrets import randbits

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from feed import actions
from feed.newest import authors_kept_for, authors_shown_to, newest
from posts.models import Post
from social.models import Follow
from tests.support import factories


@pytest.fixture
def quiet_world(bob):
    """A thousand quiet people with two old posts each; thirty thousand newer ones by people bob does not follow."""
    names = (f"quiet{number}" for number in range(1000))
    fields = {"password": "!", "birth_date": "1990-01-01"}
    quiet = User.objects.get_queryset().bulk_create(
        [User(id=randbits(63), username=name, email=f"{name}@example.com", **fields) for name in names]
    )
    now = timezone.now()
    Follow.objects.bulk_create([Follow(follower=bob, followee=one, accepted_at=now) for one in quiet])
    loud = [factories.person() for _ in range(10)]
    _publish([one.pk for one in quiet] * 2, id_at(now - timedelta(days=2)))
    _publish([one.pk for one in loud] * 3000, id_at(now - timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE posts_post, social_follow, accounts_user, social_block, social_mute")


def _publish(author_ids, first):
    Post.objects.bulk_create(
        [Post(id=number, timeline_id=number, author_id=author) for number, author in enumerate(author_ids, first)]
    )


def rows_read(query):
    """How many rows of posts PostgreSQL touches for it."""

    def visit(node):
        own = 0
        if node.get("Relation Name") == "posts_post":
            own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        return own + sum(visit(child) for child in node.get("Plans", []))

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query.sql, query.params)
        return visit(cursor.fetchone()[0][0]["Plan"])


def test_only_their_own_posts_are_read(bob, quiet_world):
    assert rows_read(newest(authors_kept_for(bob), bob, count=129)) <= 2500
    assert rows_read(newest(authors_shown_to(bob), bob, count=101)) <= 2500


def test_it_is_built_and_read(bob, quiet_world, client_for, truth):
    assert actions.build(user=bob)
    answer = client_for(bob).get("/v1/feed").json()
    assert answer["source"] == "cache"
    assert [int(post["id"]) for post in answer["results"]] == truth(bob)[:100]
