"""Compiled reads: they answer as the QuerySet they were made of, and no value is ever part of a statement's text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

import pytest
from django.db import NotSupportedError, connection, models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from api import prepared
from api.compiled import Parameters, Texts, any_of, compiled, compiled_generic
from posts.models import Post, Reaction
from social.models import Follow
from tests.support import factories

HOSTILE = [
    "'; DROP TABLE accounts_user; --",
    "%s", "%%", "%(name)s", "$1", "{1,2}", "\\", "\\'", '"', "ALICE'--", "é\u2028\U0001f600", "",
]  # fmt: skip


@compiled
def named(given: Parameters) -> QuerySet[Any]:
    return User.objects.get_queryset().filter(name=given.text("name")).order_by("pk").values_list("pk", "name")


@compiled
def visible(given: Parameters, *, limit: int, reverse: bool = False) -> QuerySet[Any]:
    viewer = given.person("viewer")
    liked = Reaction.objects.filter(post=OuterRef("pk"), user=viewer.pk)
    posts = Post.objects.visible_to(viewer).filter(any_of("pk", given.ids("posts")))
    posts = posts.select_related("author", "place").annotate(liked=Exists(liked))
    return posts.order_by("pk" if reverse else "-pk")[:limit]


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The texts and values that go to the database within the block."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_bound_and_never_written_into_the_text(db, name):
    person = factories.person(name=name)
    factories.person(name="somebody else")
    for _ in range(3):  # as it is, then prepared, then run by its name
        with statements() as seen:
            assert named().rows(name=name) == [(person.pk, name)]
        ((text, values),) = seen
        assert text in (named().statement.sql, f"EXECUTE {named().statement.key}(%s)")
        assert name in values
    assert User.objects.get_queryset().count() == 2


def test_what_is_prepared_holds_places_and_the_codes_own_constants(db):
    connection.ensure_connection()
    text = visible(limit=3).statement.preparation(connection.connection)
    assert "$1" in text
    assert "$2" in text
    assert "%s" not in text


def test_it_answers_as_its_queryset(alice, bob, mallory):
    private = factories.person(private=True)
    posts = [factories.post(author, "words") for author in (alice, private, bob, alice)]
    factories.post(alice, "not asked for")
    Post.objects.filter(pk=posts[0].pk).update(place=factories.place("Lisbon"))
    Reaction.objects.create(user=bob, post=posts[0], kind="like")
    ids = [post.pk for post in posts]
    for viewer in (alice, bob, mallory, private):
        ordinary = Post.objects.visible_to(viewer).filter(pk__in=ids).order_by("-pk")
        shown = visible(limit=10).instances(viewer=viewer.pk, posts=ids)
        assert [_columns(post) for post in shown] == [
            _columns(post) for post in ordinary.select_related("author", "place")
        ]
        liked = set(Reaction.objects.filter(user=viewer).values_list("post_id", flat=True))
        assert {post.pk for post in shown if post.liked} == liked & {post.pk for post in shown}


def _columns(post: Post) -> Any:
    names = [field.attname for field in Post._meta.concrete_fields]
    place = post.place.normalized_name if post.place else None
    return [getattr(post, name) for name in names], post.author.username, post.author.name, place


def test_related_rows_come_along(alice, django_assert_num_queries):
    factories.post(alice, "here", place="Lisbon")
    factories.post(alice, "nowhere")
    ids = list(Post.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        here, nowhere = visible(limit=5, reverse=True).instances(viewer=alice.pk, posts=ids)
        assert (here.author.username, here.place.normalized_name, nowhere.place) == ("alice", "lisbon", None)


def test_a_list_is_one_array_whatever_its_length(alice):
    posts = [factories.post(alice).pk for _ in range(3)]
    with statements() as seen:
        for count in (0, 1, 3):
            found = visible(limit=5).rows(viewer=alice.pk, posts=posts[:count])
            assert len(found) == count
    assert len({text for text, _ in seen} - {f"EXECUTE {visible(limit=5).statement.key}(%s, %s)"}) == 1


@pytest.mark.parametrize("ids", [["1); --"], [None], ["1"], [1.5], [[1]]])
def test_an_array_holds_whole_numbers(alice, ids):
    with pytest.raises((TypeError, ValueError)):
        visible(limit=5).rows(viewer=alice.pk, posts=ids)


@compiled
def called(given: Parameters) -> QuerySet[Any]:
    return User.objects.get_queryset().filter(any_of("name", given.texts("names"))).values_list("name")


def test_texts_are_one_array(alice, bob):
    for _ in range(3):
        assert called().column(names=Texts([*HOSTILE, "Alice"])) == ["Alice"]
        assert called().column(names=Texts([])) == []


def test_none_is_another_statement(alice):
    with pytest.raises(TypeError, match="None"):
        named().rows(name=None)


def test_every_place_is_filled(alice):
    for given in ({}, {"viewer": alice.pk}, {"viewer": alice.pk, "posts": [], "more": 1}):
        with pytest.raises(TypeError, match="takes"):
            visible(limit=5).rows(**given)


def test_a_shape_is_compiled_once_and_holds_no_text(alice):
    assert visible(limit=4) is visible(limit=4)
    assert visible(limit=4) is not visible(limit=5)
    with pytest.raises(TypeError, match="shape"):
        visible(limit="4; DROP TABLE")


def test_rules_may_read_nothing_of_a_person_but_the_pk():
    with pytest.raises(AttributeError, match="is_private"):
        _ = Parameters().person("viewer").is_private


def test_other_types_are_bound_as_they_are(alice, bob):
    @compiled
    def followed_since(given: Parameters) -> QuerySet[Any]:
        moment = given.of("moment", models.DateTimeField())
        return Follow.objects.filter(created_at__gte=moment, follower=given.id("follower")).values_list("created_at")

    (follow,) = Follow.objects.all()
    assert followed_since().column(moment=follow.created_at, follower=bob.pk) == [follow.created_at]
    assert not followed_since().exists(moment=follow.created_at, follower=alice.pk)


def test_the_third_time_postgresql_has_it_planned(alice):
    texts = []
    for _ in range(3):
        with statements() as seen:
            named().rows(name="Alice")
        texts.append(seen[0][0].split()[0])
    assert texts[-1] == "EXECUTE"


@compiled_generic
def popular(given: Parameters) -> QuerySet[Any]:
    """Of few people PostgreSQL knows how many those are; of any number it supposes a third."""
    return User.objects.get_queryset().filter(followers_count__gt=given.id("most")).values_list("pk")


def test_where_it_is_said_the_plan_is_the_one_for_all_values(alice):
    for _ in range(8):
        popular().rows(most=5)
    with connection.cursor() as cursor:
        key = popular().statement.key
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [key])
        assert cursor.fetchone() == (8, 0)


@pytest.mark.django_db(transaction=True)
def test_what_one_statement_is_told_about_plans_does_not_last():
    for _ in range(3):
        popular().rows(most=5)
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


@compiled_generic
def first_names(given: Parameters, *, count: int) -> QuerySet[Any]:
    return User.objects.get_queryset().filter(followers_count__lte=given.id("most")).values_list("name")[:count]


def test_only_so_many_stay_prepared(alice):
    """Each limit of a list is a statement, whose plan stays in PostgreSQL's memory for as long as the connection."""
    with patch.object(prepared, "MAX_PREPARED", 3):
        for count in (*range(1, 7), 6, 1):
            assert first_names(count=count).rows(most=5) == [("Alice",)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'pystagram_%'")
            kept = {name for (name,) in cursor.fetchall()}
    assert kept == {first_names(count=count).statement.key for count in (1, 5, 6)}


def test_behind_a_pooler_nothing_is_prepared(alice):
    """A pooler makes up its own process numbers; here the answer is made to look like one's."""
    with patch.object(prepared, "_known", WeakKeyDictionary()), patch.object(prepared, "_pid_of", return_value=0):
        for _ in range(4):
            with statements() as seen:
                assert named().rows(name="Alice") == [(alice.pk, "Alice")]
            assert seen[0][0] == named().statement.sql


@compiled
def bios(given: Parameters) -> QuerySet[Any]:
    return User.objects.get_queryset().filter(name=given.text("name")).values_list("bio")


@pytest.mark.django_db(transaction=True)
def test_a_migration_under_a_running_process_is_survived():
    factories.person("alice")
    for _ in range(3):
        assert bios().rows(name="Alice") == [("",)]
    try:
        _run("ALTER TABLE accounts_user ALTER COLUMN bio TYPE text")
        for _ in range(3):
            assert bios().rows(name="Alice") == [("",)]
    finally:
        _run("ALTER TABLE accounts_user ALTER COLUMN bio TYPE varchar(150)")


@pytest.mark.django_db(transaction=True)
def test_a_migration_costs_a_transaction_one_try_a_connection():
    """What fails within a transaction ends it, so it cannot be tried again there; the next one must go through."""
    factories.person("alice")
    for _ in range(3):
        assert bios().rows(name="Alice") == [("",)]
    try:
        _run("ALTER TABLE accounts_user ALTER COLUMN bio TYPE text")
        with pytest.raises(NotSupportedError), transaction.atomic():
            bios().rows(name="Alice")
        for _ in range(4):
            with transaction.atomic():
                assert bios().rows(name="Alice") == [("",)]
    finally:
        _run("ALTER TABLE accounts_user ALTER COLUMN bio TYPE varchar(150)")


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
