"""A page of a list of people costs the same for a star and for somebody small: pages of PostgreSQL that it reads."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from social.models import Follow
from tests.support import factories

pytestmark = pytest.mark.django_db
FANS = 6000
_PEOPLE = """
INSERT INTO accounts_user (username, name, email, password, bio, website, is_private, is_staff, is_superuser,
    token_version, posts_count, followers_count, following_count, created_at)
SELECT 'fan' || n, 'Fan', 'fan' || n || '@example.com', '!', '', '', false, false, false, 0, 0, 0, 0, now()
FROM generate_series(1, %s) n
"""
_FOLLOWS = """
INSERT INTO social_follow (follower_id, followee_id, created_at, accepted_at)
SELECT id, %s, now(), now() FROM accounts_user
WHERE username LIKE 'fan%%' AND substr(username, 4)::int <= %s ORDER BY id
"""
_REQUESTS = """
INSERT INTO social_follow (follower_id, followee_id, created_at)
SELECT id, %s, now() FROM accounts_user WHERE username LIKE 'fan%%' AND substr(username, 4)::int > %s ORDER BY id
"""


@pytest.fixture
def stars(db: None) -> tuple[User, User]:
    """One with thousands of followers, newer requests of as many, and follows of as many; one with forty of each."""
    star, small = factories.person("star"), factories.person("small")
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [2 * FANS])
        for person, count in ((star, FANS), (small, 40)):
            cursor.execute(_FOLLOWS, [person.pk, count])
        cursor.execute(_REQUESTS, [star.pk, FANS])
        cursor.execute(
            "INSERT INTO social_follow (follower_id, followee_id, created_at, accepted_at) "
            "SELECT followee_id, follower_id, now(), accepted_at FROM social_follow"
        )
        cursor.execute("ANALYZE social_follow, accounts_user")
    return star, small


def blocks_read(client: Any, path: str) -> int:
    """Over all statements of a request: 8 kB pages that they look at."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    reads = [query["sql"] for query in captured.captured_queries if query["sql"].startswith(("SELECT", "EXECUTE"))]
    return sum(min(_pages_of(sql), _pages_of(sql)) for sql in reads)


def _pages_of(sql: str) -> int:
    """The first time, some of them may be PostgreSQL's catalog."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
    root = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(root["Shared Hit Blocks"] + root["Shared Read Blocks"])


@pytest.mark.parametrize("path", ["followers", "following", "mutuals", ""])
def test_a_page_of_a_star_costs_what_one_of_somebody_small_costs(stars, charlie, client_for, path):
    """Charlie follows fifty people, who are among the first of the star's followers, and not the newest."""
    for fan in User.objects.filter(username__in=[f"fan{number}" for number in range(1, 51)]):
        factories.follow(charlie, fan)
    browser = client_for(charlie)
    costs = [blocks_read(browser, f"/v1/users/{person.username}/{path}".rstrip("/")) for person in stars]
    assert 0 < costs[0] <= 3 * costs[1], costs  # deeper indexes, and fifty in common instead of forty


def test_whom_nobody_follows_in_common_costs_nothing_either(stars, charlie, client_for):
    """Without an early end: no follower of the star is found."""
    other = factories.person("other")
    factories.follow(charlie, other)
    costs = [blocks_read(client_for(charlie), f"/v1/users/{person.username}/mutuals") for person in stars]
    assert 0 < costs[0] <= costs[1] + 20, costs


def test_somebody_who_follows_thousands_asks_each_of_them_once(stars, client_for):
    """The list of whom the two have in common is bounded by the cap of follows, however many followers there are."""
    star, small = stars
    assert Follow.objects.accepted().filter(follower=star).count() == FANS
    answer = client_for(star).get("/v1/users/small/mutuals?limit=100").json()
    assert (len(answer["results"]), answer["next"]) == (40, None)
    assert client_for(star).get("/v1/users/small").json()["mutuals_count"] == 40
    assert client_for(small).get("/v1/users/star").json()["mutuals_count"] == 40
