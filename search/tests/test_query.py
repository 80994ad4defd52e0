"""The query language: what is refused, where, and that nothing else can go wrong."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.problems import Problem
from search.models import SearchDocument
from search.posts.models import RawQuery
from search.posts.query import Author, Tagged, Words, parse
from search.posts.vectors import phrase, vector_of


@pytest.mark.parametrize(
    ("q", "code", "position"),
    [
        ("", "blank", 0),
        ("  !? \\ ", "blank", 0),
        ('lake "quiet shore', "unclosed_quote", 5),
        ('-"', "unclosed_quote", 1),
        ("-lake -tag:sea", "only_exclusions", 0),
        ("x" * 201, "max_length", 200),
        (" ".join("abcdefghijklmnopq"), "too_many_terms", 32),
        ("lake author:", "empty_filter", 12),
        ("tag:# lake", "empty_filter", 4),
        ("author:al!ce", "no_username", 7),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_understood_is_told_with_its_position(bob, search, q, code, position):
    told = search(bob, q, 400)
    assert told["code"] == "invalid_query"
    assert [(one["pointer"], one["code"], one["position"]) for one in told["errors"]] == [("/q", code, position)]


@pytest.mark.parametrize("kind", ["posts", "users", "tags", "places"])
@pytest.mark.django_db
def test_no_kind_of_thing_takes_a_longer_query(bob, search, kind):
    assert search(bob, "x" * 201, 400, type=kind)["errors"][0]["code"] == "max_length"
    assert search(bob, "x" * 200, type=kind)["results"] == []


@pytest.mark.parametrize("q", ["tag:" + "ﷺ" * 190, "#" + "ﷺ" * 190, "ﷺ" * 200, '"' + "㌖" * 190 + '"'])
@pytest.mark.django_db
def test_signs_that_fold_to_many_letters(bob, search, q):
    assert search(bob, q)["results"] == []


def test_terms():
    lake, shore = parse("lake shore")
    assert isinstance(lake, Words)
    assert isinstance(shore, Words)
    assert (lake.open_ended, shore.open_ended) == (False, True)
    assert [type(term) for term in parse('author:@Alice -tag:x #y "a b" z:w')] == [Author, Tagged, Tagged, Words, Words]
    assert parse("AUTHOR:Alice")[0] == Author("alice")
    assert [term.excluded for term in parse("a -b")] == [False, True]
    assert not any(term.open_ended for term in parse("la") if isinstance(term, Words))


def terms_or_none(text):
    """The terms, or none for what the parser refuses; whatever else it raises is a defect."""
    try:
        return parse(text)
    except Problem as problem:
        if problem.get_codes() != "invalid_query":
            raise
        return []


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="ab'\"\\&|!<->:*()#@ -\x00İ京東👍🏽\u200d\u0301", max_size=40),
        st.lists(st.sampled_from(["author:", "tag:", "#", "-", '"', "'", "\\", "京都", "a", " "]), max_size=25).map(
            "".join
        ),
    )
)
@example("'\\ & | ! <-> :* a'b\\:*")
@example("\ud800 a tag:\ud800x")
@example("#\x00 tag:a\x00b")
def test_no_query_gives_anything_but_its_problem(db, text):
    """PostgreSQL takes whatever the parser lets through, and stores whatever a document says."""
    vector = vector_of(author_id=1, tags=[text], caption=text, place=text, alt_texts=[text])
    list(SearchDocument.objects.extra(select={"v": "%s::tsvector"}, select_params=[vector]))
    for term in terms_or_none(text):
        if isinstance(term, Words):
            query = RawQuery(phrase(term.tokens, prefix=term.open_ended))
            assert list(SearchDocument.objects.matching(query)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "q", ["a\x00b", "\\'&|!", "tag:a\x00b", "x author:nobody", "'", "<-> :*a", "ﷺ", "a:*b", "a&!b"]
)
def test_strange_queries_are_answered(bob, client_for, q):
    assert client_for(bob).get("/v1/search", {"q": q}).status_code in {200, 400}


@pytest.mark.django_db
def test_the_longest_post_can_be_indexed(alice, bob, said, found):
    """Positions, repeats and lengths beyond what a tsvector holds."""
    post = said(alice, "lake " * 400 + "x" * 200, tags=["京" * 100], alt="東京都夜景" * 300)
    media = post.items.get().media
    vector = vector_of(author_id=1, tags=[], caption="ﷺ" * 2200, place="", alt_texts=[media.alt_text] * 10)
    assert len(vector) < 1_000_000
    assert found(bob, "東京都夜景") == found(bob, "lake") == [post.pk]
