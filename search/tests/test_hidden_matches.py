"""That a hidden post matches shows in nothing: not in the results, not in the cursor, not in the work done."""

from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.cursors import unseal
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_a_cursor_does_not_name_the_newest_hidden_match(charlie, said, search, sort):
    said(charlie, "wedding one")
    said(charlie, "wedding two")
    hidden = said(factories.person("paul", private=True), "wedding in secret")
    said(charlie, "something else")
    page = search(charlie, "wedding", limit=1, sort=sort)
    assert page["next"]
    position, _ = unseal(f"search/posts/{sort}/{sha256(b'wedding').hexdigest()[:16]}", page["next"])
    assert hidden.timeline_id not in position


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_looking_through_a_private_authors_posts_takes_no_other_work(charlie, said, search, sort):
    paul = factories.person("paul", private=True)
    said(paul, "wedding")
    asked = []
    for q in ("author:paul wedding", "author:paul divorce", "author:nobody wedding"):
        with CaptureQueriesContext(connection) as queries:
            assert search(charlie, q, sort=sort) == {"results": [], "next": None}
        asked.append(len(queries))
    assert len(set(asked)) == 1
