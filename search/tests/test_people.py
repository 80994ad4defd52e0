"""People are found by prefixes and with typos, best first, as far as they exist for the viewer.

Mutants: no visibility rule; no search key; no relation in the order; a cursor by offset.
"""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from api.renderers import JSONRenderer
from search.models import PersonWord
from search.people import candidates, matching
from search.people.actions import index_person, reindex_people
from social.people import for_display, people_visible_to, with_relation_to
from social.serializers import ProfileSerializer
from tests.support import factories
from tests.support.outbox import drain


@pytest.fixture
def world(alice):
    def make(username, name="", **fields):
        user = factories.person(username, name=name, **fields)
        index_person(user_id=user.pk)
        return user

    return make


def names(viewer, text, limit=20):
    rows = matching.find(viewer=viewer, text=text, after=None, limit=limit).rows
    return [json.loads(row)["username"] for row in rows]


FIRST = [
    ("ozlem", "oz.lem"),
    ("ÖZLEM", "oz.lem"),
    ("şahin", "oz.lem"),
    ("SAHIN", "oz.lem"),
    ("ŞAHİN", "oz.lem"),
    ("sahın", "oz.lem"),
    ("oz.l", "oz.lem"),
    ("@oz.l", "oz.lem"),
    ("lem", "oz.lem"),
    ("sah ozl", "oz.lem"),
    ("o", "oz.lem"),
    ("oz", "oz.lem"),
    ("jürgen", "jurgen_gross"),
    ("GROSS", "jurgen_gross"),
    ("groß", "jurgen_gross"),
    ("_gross", "jurgen_gross"),
    ("gr_ss", None),
    ("j%", "jurgen_gross"),
    ("lukasz", "lukasz1"),
    ("太郎", "taro"),
    ("山", "taro"),
    ("ﾔﾏﾀﾞ", "kana"),
    ("محمد", "moh"),
    ("МОСКВА", "moskva"),
    ("🌞", "sun"),
    ("sun 🌞", "sun"),
    ("alxeander", "alexander"),
    ("alexamder", "alexander"),
    ("alexandr", "alexander"),
    ("aelxander grate", None),
    ("alexander grea", "alexander"),
    ("gerat", "alexander"),
    ("nobodyatall", None),
    (" ", None),
    ("'; --", None),
    ("\\", None),
]


def test_what_is_found_first(world, charlie):
    world("oz.lem", "Özlem Şahin")
    world("jurgen_gross", "Jürgen Groß")
    world("lukasz1", "Łukasz")
    world("taro", "山田太郎")
    world("kana", "ヤマダ")
    world("moh", "محمد علي")
    world("moskva", "Москва")
    world("sun", "Sunny 🌞")
    world("alexander", "The Great")
    found = [(text, next(iter(names(charlie, text)), None)) for text, _ in FIRST]
    assert found == FIRST


def test_better_matches_then_relations_then_popularity(world, charlie):
    exact, near = world("ann"), world("friend")
    prefix, followed, second, popular, typo = (
        world(name, shown)
        for name, shown in [
            ("anne", ""), ("x1", "Ann One"), ("x2", "Ann Two"), ("x3", "Ann Three"), ("x4", "Bob"),
        ]
    )  # fmt: skip
    world("x5", "Ann Five")
    factories.follow(charlie, followed)
    factories.follow(charlie, near)
    factories.follow(near, second)
    User.objects.get_queryset().filter(pk=popular.pk).update(followers_count=50)
    index_person(user_id=popular.pk)
    assert names(charlie, "ann") == ["ann", "anne", "x1", "x2", "x3", "x5"]
    assert typo.username not in names(charlie, "ann")
    assert exact.username == names(charlie, "ann")[0] != prefix.username


def test_who_does_not_exist_for_the_viewer_is_not_found(world, alice, bob, charlie, mallory, client_for):
    index_person(user_id=alice.pk)
    for viewer, found in {bob: True, charlie: True, mallory: False, alice: True}.items():
        assert (names(viewer, "alice") == ["alice"]) is found
    factories.block(charlie, alice)
    assert names(charlie, "alice") == ["alice"]  # one sees the card of whom one blocks, to unblock them
    for field in ("suspended_at", "deactivated_at", "deleted_at"):
        User.objects.get_queryset().filter(pk=alice.pk).update(**{field: timezone.now()})
        assert names(bob, "alice") == []
        assert names(bob, "alcie") == []
        User.objects.get_queryset().filter(pk=alice.pk).update(**{field: None})


def test_a_private_card_is_found_with_its_relation(world, charlie):
    secret = world("secret.one", private=True)
    factories.follow(charlie, secret, pending=True)
    (row,) = matching.find(viewer=charlie, text="secret", after=None, limit=20).rows
    relation = json.loads(row)["viewer"]
    assert (relation["following"], relation["followed_by"], relation["blocking"]) == ("requested", False, False)


def test_who_was_found_is_shown_as_the_serializer_shows_them(world, charlie):
    person = world("zoe", "Zoë", bio="of Lisbon", website="https://example.com", followers_count=3)
    User.objects.get_queryset().filter(pk=person.pk).update(avatar=factories.media(person))
    factories.follow(charlie, person)
    factories.mute(charlie, person)
    (row,) = matching.find(viewer=charlie, text="zoe", after=None, limit=20).rows
    shown = for_display(with_relation_to(charlie, people_visible_to(charlie))).get(pk=person.pk)
    assert row == JSONRenderer().render(ProfileSerializer(shown).data)


def test_all_words_of_a_name_find_somebody_unknown_among_many_known(world, charlie, monkeypatch):
    monkeypatch.setattr(candidates, "_POPULAR", candidates._POPULAR.replace("LIMIT 200", "LIMIT 2"))
    candidates._statement.cache_clear()
    world("searched", "Anna Maria Lopez")
    for number in range(4):
        world(f"known{number}", f"Anna Other{number}", followers_count=100)
        world(f"also{number}", f"Lopez Other{number}", followers_count=100)
    try:
        assert (
            names(charlie, "anna lop") == names(charlie, "lopez ann") == names(charlie, "lop ann mar") == ["searched"]
        )
    finally:
        candidates._statement.cache_clear()


def test_pages_are_stable_while_people_come(world, charlie):
    for number in range(7):
        world(f"mina{number}")
    seen, after = [], None
    while True:
        page = matching.find(viewer=charlie, text="mina", after=after, limit=3)
        seen += [json.loads(row)["username"] for row in page.rows]
        world(f"mina.late{len(seen)}", followers_count=1000)
        if (after := page.after) is None:
            break
    assert sorted(name for name in seen if "late" not in name) == [f"mina{number}" for number in range(7)]
    assert len(set(seen)) == len(seen)


def test_facts_keep_it_up_to_date(client_for, charlie):
    sent = {"username": "dora", "name": "Dora", "email": "d@example.com", "birth_date": "1990-01-01"}
    sent["password"] = factories.PASSWORD
    assert client_for(None).post("/v1/auth/register", sent).status_code == 201
    drain()
    assert names(charlie, "dora") == ["dora"]
    dora = User.objects.get(username="dora")
    client_for(dora).patch("/v1/me", {"name": "Théodora Papás"})
    drain()
    assert names(charlie, "papas") == names(charlie, "theod") == ["dora"]
    client_for(dora).patch("/v1/me", {"name": "Someone"})
    drain()
    assert names(charlie, "papas") == []
    client_for(charlie).put("/v1/users/dora/follow")
    drain()
    assert set(PersonWord.objects.filter(document=dora.pk).values_list("word", "weight")) == {
        ("dora", 1),
        ("someone", 1),
    }


def test_indexing_again_changes_nothing(world):
    world("ida", "Ida Ida 山田")
    assert list(reindex_people())  # alice, too
    before = list(PersonWord.objects.order_by("pk").values())
    assert list(reindex_people()) == [User.objects.latest("pk").pk]
    assert list(PersonWord.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("text", ["z", "zoe", "zoeyy"])
def test_one_row_costs_what_thirty_cost(world, charlie, text):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            found = matching.find(viewer=charlie, text=text, after=None, limit=30)
        return len(found.rows), len(captured)

    pictured = world("zoeyy0")
    User.objects.get_queryset().filter(pk=pictured.pk).update(avatar=factories.media(pictured))
    cost()  # renders the card that is not there yet
    one = cost()
    for number in range(1, 30):
        world(f"zoeyy{number}")
    cost()
    many = cost()
    assert (one[0], many[0]) == (1, 30)
    assert one[1] == many[1] <= 9  # four of them the bound on their time
