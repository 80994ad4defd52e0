"""People who do not exist for the viewer take nobody's place in a search or among suggestions, however many match, and
better.

Mutants: the visibility rule behind a limit instead of within it; a rule that takes who is suspended for good as there.
"""

import json
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
from search.suggestions import candidates as suggestions
from social.models import Block, Follow
from social.people import people_visible_to
from social.visibility import hidden_people
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
    for module in (candidates, suggestions):
        for name, text in list(vars(module).items()):
            if isinstance(text, str) and "LIMIT" in text:
                monkeypatch.setattr(module, name, re.sub(r"(LIMIT|>=) \d\d+", rf"\1 {FEW}", text))
    candidates._statement.cache_clear()
    suggestions._statements.cache_clear()
    yield
    candidates._statement.cache_clear()
    suggestions._statements.cache_clear()


def hide_many(viewer, *, followed_by=(), count=MANY):
    """People of that name whom these people follow, more popular than all others; none of them exists for the viewer,
    whom they follow."""
    people = User.objects.bulk_create(
        User(
            id=pk,
            username=f"hidden.{number}" if number != 4 else "lighthouse",
            name=NAME,
            email="h@example.com",
            birth_date="1990-01-01",
            **away,
        )
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
    Follow.objects.bulk_create(
        Follow(follower=one, followee=other, accepted_at=NOW)
        for hidden in people
        for one, other in [(hidden, viewer), *((friend, hidden) for friend in followed_by)]
    )


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
    hide_many(charlie, followed_by=[charlie])
    assert found(charlie) == before


def test_of_a_frequent_name_the_most_popular_come_first(low_limits, charlie):
    people = [factories.person(f"visible{number}", name=NAME, followers_count=2**number) for number in range(FEW + 3)]
    for person in people:
        index_person(user_id=person.pk)
    hide_many(charlie)
    for text in ("lighthouse", "keepe"):
        page = matching.find(viewer=charlie, text=text, after=None, limit=2)
        assert [json.loads(row)["username"] for row in page.rows] == ["visible12", "visible11"]


def suggested(viewer):
    pages, after = [], None
    while not pages or after:
        page = suggestions.suggestions_for(viewer=viewer, after=after, limit=1)
        pages, after = [*pages, page], page.after
    return [(page.rows, page.after) for page in pages]


def test_suggestions_are_as_if_there_were_no_hidden_people(low_limits, alice, bob, charlie):
    friends = [alice, bob]
    one, two, follower, popular, other = [factories.person(f"visible{number}") for number in range(5)]
    for friend in friends:
        factories.follow(charlie, friend)
        factories.follow(friend, one)
    factories.follow(alice, two)
    factories.follow(follower, charlie)
    for person in (popular, other):
        index_person(user_id=person.pk)
    before = suggested(charlie)
    assert len(before) == 5
    hide_many(charlie, followed_by=friends)
    assert suggested(charlie) == before


def test_whom_statements_by_hand_hide_is_the_rule(alice, charlie):
    hide_many(charlie, count=2 * len(AWAY))
    User.objects.get_queryset().filter(username="hidden.1").update(suspended_until=NOW - timedelta(seconds=1))
    shown = set(people_visible_to(charlie).values_list("username", flat=True))
    assert {"charlie", "alice", "hidden.1"} == shown
    for person in User.objects.get_queryset():
        hidden = hidden_people(charlie, person.pk)
        is_hidden = hidden["away"].exists() or person.pk in hidden["blockers"].values_list("blocker", flat=True)
        assert is_hidden is (person.username not in shown)
