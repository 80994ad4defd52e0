"""People who do not exist for the viewer take nobody's place in a search, however many match, and better.

Mutants: the visibility rule behind a limit instead of within it; a rule that takes who is suspended for good as there.
"""

import re
from datetime import timedelta
from itertools import cycle

import pytest
from django.utils import timezone

from accounts.models import User
from api.ids import generate_ids
from search.models import PersonDocument, PersonWord
from search.people import candidates, matching
from search.people.actions import index_person
from search.people.names import entries_for
from social.models import Block, Follow
from social.people import people_visible_to
from social.visibility import reasons_to_hide
from tests.support import factories

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 60  # rows of every limit here, so that not thousands have to be hidden
NAME = "Lighthouse Keeper"
TEXTS = ["l", "lig", "lighthouse", "keeper ligh", "li ke", "lighthuose", "kepper", "ke", "h", "hidden", "hidden.1"]
NOW = timezone.now()
AWAY = [
    {"suspended_at": NOW},
    {"suspended_at": NOW, "suspended_until": NOW + timedelta(days=1)},
    {"deactivated_at": NOW},
    {"deleted_at": NOW},
    {},  # has blocked the viewer
]


@pytest.fixture
def low_limits(monkeypatch):
    for name, text in list(vars(candidates).items()):
        if isinstance(text, str) and "LIMIT" in text:
            monkeypatch.setattr(candidates, name, re.sub(r"LIMIT \d{3,}", f"LIMIT {FEW}", text))
    candidates._statement.cache_clear()
    yield
    candidates._statement.cache_clear()


def hide_many(viewer, count=MANY):
    """People of that name whom the viewer follows, more popular than all others, none of whom exists for them."""
    people = User.objects.bulk_create(
        User(id=pk, username=f"hidden.{number}", name=NAME, email="h@example.com", birth_date="1990-01-01", **away)
        for number, (pk, away) in enumerate(zip(generate_ids(count), cycle(AWAY), strict=False))
    )
    documents = [PersonDocument(user=one, username=one.username, name=NAME.lower(), weight=20) for one in people]
    PersonDocument.objects.bulk_create(documents)
    PersonWord.objects.bulk_create(
        PersonWord(document_id=one.pk, word=word, is_username=whole, weight=20)
        for one in people
        for word, whole in entries_for(username=one.username, name=NAME).items()
    )
    Block.objects.bulk_create(Block(blocker=one, blocked=viewer) for one in people[4::5])
    Follow.objects.bulk_create(Follow(follower=viewer, followee=one, accepted_at=NOW) for one in people)


def found(viewer):
    pages = {text: matching.find(viewer=viewer, text=text, after=None, limit=3) for text in TEXTS}
    return {text: (page.rows, page.after) for text, page in pages.items()}


def test_a_search_answers_as_if_there_were_no_hidden_people(low_limits, alice, charlie):
    one, two, *others = [factories.person(f"visible{number}", name=NAME) for number in range(6)]
    typo = factories.person("hidn", name="Ligthouse Keepers")
    for person in (one, two, *others, typo):
        index_person(user_id=person.pk)
    factories.follow(charlie, one)
    factories.follow(charlie, alice)
    factories.follow(alice, two)  # near, by whom the viewer follows
    before = found(charlie)
    assert sum(bool(rows) for rows, _ in before.values()) >= 8
    hide_many(charlie)
    assert found(charlie) == before


def test_the_reasons_to_hide_somebody_are_the_rule(alice, charlie):
    hide_many(charlie, count=2 * len(AWAY))
    User.objects.get_queryset().filter(username="hidden.1").update(suspended_until=NOW - timedelta(seconds=1))
    shown = set(people_visible_to(charlie).values_list("username", flat=True))
    assert {"charlie", "alice", "hidden.1"} == shown
    for person in User.objects.get_queryset():
        reasons = [rows.exists() for rows in reasons_to_hide(charlie, person.pk).values()]
        assert any(reasons) is (person.username not in shown)
