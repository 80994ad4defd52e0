"""Tags and places that do not exist for the viewer take nobody's place in a search, however many match, and better.

Mutant: a search that ends with its first window.
"""

from itertools import cycle, islice

import pytest
from django.utils import timezone

from api.search_key import name_key
from posts.models import Place, PostTag, Tag
from posts.models.labels import label_id
from search.names import matching, places, tags
from social.models import Audience
from tests.support import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FEW, MANY = 3, 30  # names that are looked at as similar, so that not hundreds have to be hidden
TEXTS = ["li", "lig", "lighthouse", "house", "lihgthouse", "zz"]
VISIBLE = ["light", "lighthouse", "lighthouses", "thelight", "the lighthouse", "ligthouse", "lighthuose", "li", "lit"]
HIDDEN = ["lighthouse", "mylighthouse", "ligthouse", "li", "lihgthouse"]


def named(author, name, *, posts_count, **fields):
    """A post, and a tag and a place of this name that nothing but the post has."""
    rows = {}
    for model, key in ((Tag, name_key(name).replace(" ", "")), (Place, name_key(name))):
        about = {"normalized_name": key, "search_key": key, "posts_count": posts_count}
        rows[model], _ = model.objects.get_or_create(id=label_id(model.__name__, key), defaults=about)
    post = factories.post(author, photos=0, place=rows[Place], place_name=name, **fields)
    PostTag.objects.create(post=post, tag=rows[Tag], name=name, position=0, timeline_id=post.timeline_id)


def hide_many(viewer):
    """Names that match as well, or better, and were on public posts when they were counted."""
    blocking, blocked = factories.person("blocking"), factories.person("blocked")
    factories.block(blocking, viewer)
    factories.block(viewer, blocked)
    hiding = [
        (factories.person("private", private=True), {}),
        (factories.person("suspended", suspended_at=NOW), {}),
        (factories.person("deleted", deleted_at=NOW), {}),
        (blocking, {}),
        (blocked, {}),
        (factories.person("archiving"), {"archived_at": NOW}),
        (factories.person("trashing"), {"deleted_at": NOW}),
        (factories.person("choosing"), {"audience": Audience.CLOSE_FRIENDS}),
    ]
    for number, (name, (author, fields)) in enumerate(islice(zip(cycle(HIDDEN), cycle(hiding), strict=False), MANY)):
        named(author, f"{name}{number}", posts_count=number % 4, **fields)


def found(viewer):
    """Each page of each search."""
    return [page for kind in (tags, places) for text in TEXTS for page in pages(kind, viewer, text)]


def pages(kind, viewer, text):
    after, is_last = None, False
    while not is_last:
        page = kind.find(viewer=viewer, text=text, after=after, limit=2)
        after, is_last = page.after, page.after is None
        yield kind.__name__, text, [(row.pk, row.public_name, row.public_count) for row in page.rows], after


@pytest.fixture
def low_limits(monkeypatch):
    monkeypatch.setattr(matching, "MAX_NEARLY", FEW)
    monkeypatch.setattr(matching, "FIRST", 1)


def test_a_search_answers_as_if_there_were_no_hidden_labels(low_limits, alice, charlie):
    paul = factories.person("paul", private=True)
    factories.follow(charlie, paul)
    for number, (author, name) in enumerate(zip(cycle([alice, paul]), VISIBLE, strict=False)):
        named(author, name, posts_count=number % 3)
    before = found(charlie)
    assert {text for _, text, rows, _ in before if rows} == {*TEXTS} - {"zz"}
    assert len(before) >= 30
    hide_many(charlie)
    assert found(charlie) == before
