"""No search reads the table of posts, or what search keeps of it, from end to end; on a small made-up world."""

import pytest
from django.db import connection

from accounts.models import User
from devtools.bench import searches, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_world(monkeypatch):
    monkeypatch.setattr(world, "TEXTS", 300)
    monkeypatch.setattr(world, "VOCABULARY", 500)
    monkeypatch.setattr(searches, "VOCABULARY", 500)
    world.build(world.Size(users=200, posts=2000, seed=1))
    monkeypatch.setattr(searches, "LARGE_FROM", 1)
    with connection.cursor() as cursor:  # so small a table is cheaper to read whole: is there another way at all?
        cursor.execute("SET LOCAL enable_seqscan = off")
    return User.objects.get(username="person7")


def test_no_kind_of_search_needs_a_sequential_scan(small_world):
    kinds = {name: kind for name, kind in searches.searches(1).items() if searches.NAIVE not in name}
    scans = {name: searches.sequential_scans(search, small_world, texts[0]) for name, (search, texts) in kinds.items()}
    assert scans == {name: [] for name in kinds}


def test_a_scan_would_be_seen(small_world):
    """The check itself can fail: without its index the table is read whole."""
    search, texts = searches.searches(1)["posts: two words"]
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX words_of_posts, documents_newest_first")
    assert "search_searchdocument" in searches.sequential_scans(search, small_world, texts[0])


def test_the_world_is_the_same_for_the_same_seed_and_goes_on_after_a_cut(small_world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(author_id - (SELECT min(id) FROM accounts_user)) FROM posts_post")
        whole = cursor.fetchone()
        cursor.execute("DELETE FROM search_searchdocument WHERE post_id >= %s", [world.FIRST_ID + 1500])
        cursor.execute("DELETE FROM posts_posttag WHERE post_id >= %s", [world.FIRST_ID + 1500])
        cursor.execute("DELETE FROM posts_post WHERE id >= %s", [world.FIRST_ID + 1500])
        told = []
        world.build(world.Size(users=200, posts=2000, seed=1), told.append)
        cursor.execute("SELECT count(*), sum(author_id - (SELECT min(id) FROM accounts_user)) FROM posts_post")
        assert (cursor.fetchone(), told) == (whole, [500])
    assert len({world.word(rank) for rank in range(5000)}) == 5000
