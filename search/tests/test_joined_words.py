"""Words of several parts and words written as one find each other: don't and dont, e-mail and email, a_b and ab.

Mutants: only documents are joined; only queries are; parts alone; a part's prefix is not open.
"""

import json
import re
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.search_key import APOSTROPHES, CONNECTORS, name_key, search_key
from posts import actions
from posts.models import Place, Tag
from pystagram.environment import ROOT
from search.models import PersonWord, SearchDocument
from search.names import places, tags
from search.people import matching
from search.people.actions import index_person
from search.posts.vectors import phrase, vector_of
from search.tests.test_tags_and_places import names, share
from search.tokens import query_tokens
from tests.support import factories

pytestmark = pytest.mark.django_db

HEAD = "| Find each other | What joins the parts |"
TABLE = (ROOT / "docs/api.md").read_text().partition(HEAD)[2].partition("\n\n")[0].splitlines()[2:]
ALIKE = [re.findall("`([^`]+)`", line) for line in TABLE]
ONE_WAY = [
    ("e-mail", "mail"), ("l'eau", "eau"), ("well-known view", '"known view"'), ("a well-known", '"a well"'),
    ("e-mail", "e-ma"), ("l'e-mail", "email"), ("well known", "well-known"), ("d'Aix-en-Provence", "aixen"),
    ("our well-known view", '"our well-known view"'), ("東京・大阪", "大阪"), ("golden_hour", "golden"),
]  # fmt: skip


def matched(document: str, query: str, *, prefix: bool = False) -> bool:
    """Whether PostgreSQL finds the query in the document."""
    vector = vector_of(author_id=1, tags=[], caption=document, place="", alt_texts=[])
    asked = phrase(query_tokens(query), prefix=prefix)
    sql = "SELECT %s::tsvector @@ %s::tsquery AS found, 1 AS user_id"
    rows = SearchDocument.objects.raw(sql.replace("user_id", "post_id"), [vector, asked])
    return bool(rows[0].found)


@pytest.mark.parametrize("alike", ALIKE, ids=lambda alike: alike[0])
def test_posts(alice, bob, said, found, alike):
    posts = {said(alice, f"it is {text} here").pk for text in alike}
    for text in alike:
        assert set(found(bob, text)) == posts, text
        assert set(found(bob, f'"is {text}"')) == posts, text


@pytest.mark.parametrize(("written", "asked"), ONE_WAY)
def test_parts_and_phrases(alice, bob, said, found, written, asked):
    post = said(alice, f"see {written} there")
    assert found(bob, asked) == [post.pk]


def test_the_table_is_there():
    assert len(ALIKE) > 12


def test_what_is_excluded_is_in_every_form(alice, bob, said, found):
    kept = said(alice, "news by letter")
    for text in ("news by e-mail", "news by email"):
        said(alice, text)
    assert found(bob, "news -e-mail") == found(bob, "news -email") == [kept.pk]


def test_what_is_not_joined_is_not_found_as_one(alice, bob, said, found):
    said(alice, "east -- west, and, other things... here")
    assert found(bob, "eastwest") == found(bob, "thingshere") == found(bob, "andother") == []


PEOPLE = [
    ("jose.garcia", "José", ["josegarcia", "jose_garcia", "@jose.garcia", "joseg", "jose.g", "JOSE-GARCIA"]),
    ("_x_kate_x_", "Kate", ["xkatex", "x.kate.x", "_x_kate"]),
    ("conan", "Conan O'Brien", ["obrien", "o'brien", "O’Brien", "o'br", "brien"]),
    ("picard", "Jean-Luc Picard", ["jeanluc", "jean-luc", "jean luc", "jean-l", "jeanluc picard", "luc"]),
    ("mary", "Mary Jane", ["maryjane", "mary-jane", "mary jane"]),
    ("lennon", "ジョン レノン", ["ｼﾞｮﾝ", "ジョン", "ﾚﾉﾝ"]),
]


def test_people(alice, bob):
    for username, name, _ in PEOPLE:
        index_person(user_id=factories.person(username, name=name).pk)
    wrong = []
    for username, _, queries in PEOPLE:
        for text in queries:
            rows = matching.find(viewer=bob, text=text, after=None, limit=5).rows
            names = [json.loads(row)["username"] for row in rows]
            if names[:1] != [username]:
                wrong.append((text, names))
    assert not wrong


def test_a_user_name_as_typed_comes_first(bob):
    for username in ("ab.cd", "a.bcd", "a_b_cd"):
        index_person(user_id=factories.person(username, name="").pk)
    for typed in ("ab.cd", "a.bcd", "a_b_cd"):
        rows = matching.find(viewer=bob, text=typed, after=None, limit=5).rows
        assert json.loads(rows[0])["username"] == typed
        assert len(rows) == 3


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Joe's Diner", "joes diner"), ("Joes Diner", "joe's diner"), ("Saint-Denis", "saint denis"),
     ("St. Mary's", "st marys"), ("Saint Denis", "saint-denis"), ("L’Été", "lete"), ("...", "..."),
     ("ﾊﾞﾅﾅ", "バナナ"), ("A·B", "ab")],
)  # fmt: skip
def test_places(alice, bob, written, asked):
    share(alice, place=written)
    share(alice, place="Elsewhere")
    assert names(places, bob, asked)[0] == written
    assert Place.objects.get(normalized_name__startswith="elsewhere").search_key == "elsewhere"


@pytest.mark.parametrize(
    ("written", "asked"),
    [("golden_hour", "goldenhour"), ("goldenhour", "golden_hour"), ("col·lecció", "#colleccio"),
     ("ジョン・レノン", "ジョンレノン"), ("coŀ", "col"), ("_sea_", "sea"), ("صهـ\u200cل", "صهل"), ("צה״ל", "צהל"),
     ("goldenhour", "golden hour")],
)  # fmt: skip
def test_tags(alice, bob, said, found, written, asked):
    share(alice, written)
    assert names(tags, bob, asked) == [written]
    post = said(alice, "look", tags=[written])
    if " " not in asked:
        assert found(bob, f"tag:{asked}") == found(bob, f"#{asked.lstrip('#')},") == [post.pk]


parts = st.text(st.sampled_from("abcéßıİиהع한日カ1"), min_size=1, max_size=6)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts, parts, st.sampled_from(CONNECTORS))
def test_both_ways(db, one, other, connector):
    apart, together = f"{one}{connector}{other}", f"{one}{other}"
    for written, asked in ((apart, together), (together, apart), (apart, apart), (apart, one), (apart, other)):
        if search_key(together) == search_key(one) + search_key(other) and is_of_one_kind(one + other):
            assert matched(f"x, {written}; y", asked), (written, asked)


def is_of_one_kind(text: str) -> bool:
    """Words and scripts without spaces between words do not join: `日-a` is two words."""
    dense = {letter in "한日カ" for letter in text}
    return dense == {False}


@example("a.\u0301")
@given(st.text(max_size=40))
def test_a_name_has_one_key(text):
    key = name_key(text)
    assert name_key(key) == key
    assert name_key(search_key(text)) == key
    assert len(key) <= len(search_key(text))
    assert not set(APOSTROPHES) & set(key) or set(key) <= set(CONNECTORS + " ")


def test_the_migrations_write_what_indexing_writes(alice, bob, said):
    """Rows of before are cut anew, and nothing else changes."""
    said(alice, "don't #golden_hour", tags=["a·b"], place="Joe's", alt="e-mail")
    user = factories.person("jose.garcia", name="Conan O'Brien")
    index_person(user_id=user.pk)
    share(alice, "x_y", place="St. Mary's")

    def rows():
        words = set(PersonWord.objects.values_list("document", "word", "is_username", "weight"))
        keys = {
            model: list(model.objects.order_by("pk").values_list("search_key", flat=True)) for model in (Tag, Place)
        }
        return words, keys, list(SearchDocument.objects.order_by("pk").values_list("pk", "vector", "timeline_id"))

    after = rows()
    PersonWord.objects.filter(document=user.pk, word__in=["josegarcia", "obrien"]).delete()
    SearchDocument.objects.update(vector="'old'")
    for model in (Tag, Place):
        model.objects.update(search_key="old")
    posts, search = (
        import_module(name) for name in ("posts.migrations.0012_keys_of_names", "search.migrations.0005_rekey")
    )
    for _ in range(2):
        posts.rekey(apps, None)
        search.cut_posts(apps, None)
        search.cut_people(apps, None)
        assert rows() == after
    actions.count_label_uses()
