"""That a hidden post matches shows in nothing: not in the results, not in the cursor, not in the work done."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import factories

pytestmark = pytest.mark.django_db


def read(cursor):
    """What a cursor says to whoever looks inside: it is signed, not encrypted."""
    text = cursor.split(":")[0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_a_cursor_does_not_name_the_newest_hidden_match(charlie, said, search, sort):
    said(charlie, "wedding one")
    said(charlie, "wedding two")
    hidden = said(factories.person("paul", private=True), "wedding in secret")
    said(charlie, "something else")
    page = search(charlie, "wedding", limit=1, sort=sort)
    assert page["next"]
    assert str(hidden.timeline_id) not in read(page["next"])


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
