"""A private account that is opened: everybody who has asked follows, at once and counted once."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.models import Event
from social import actions
from social.models import Follow
from tests.support import factories
from tests.support.outbox import drain


@pytest.fixture
def dora(db: None) -> User:
    return factories.person("dora", private=True)


def ask(followee: User, count: int) -> list[User]:
    people = [factories.person() for _ in range(count)]
    for person in people:
        factories.follow(person, followee, pending=True)
    return people


def counts(user: User) -> tuple[int, int]:
    user.refresh_from_db()
    return user.following_count, user.followers_count


@pytest.mark.django_db
def test_whoever_has_asked_follows_is_counted_and_reads_the_posts(dora, client_for):
    asked, post = ask(dora, 3), factories.post(dora, "at last")
    for person in asked:
        assert client_for(person).get("/v1/feed").json()["results"] == []
    assert client_for(dora).patch("/v1/me", {"is_private": False}).status_code == 200
    drain()
    assert counts(dora) == (0, 3)
    for person in asked:
        assert counts(person) == (1, 0)
        feed = client_for(person).get("/v1/feed").json()
        assert ([row["id"] for row in feed["results"]], feed["source"]) == ([str(post.pk)], "cache")
    assert Event.objects.filter(name="request_accepted").count() == 3
    assert client_for(dora).get("/v1/me/follow-requests").json()["results"] == []


@pytest.mark.django_db
def test_repeated_it_accepts_nobody_twice(dora):
    ask(dora, 2)
    User.objects.filter(pk=dora.pk).update(is_private=False)
    assert [actions.accept_pending(user_id=dora.pk) for _ in range(2)] == [2, 0]
    assert counts(dora) == (0, 2)
    assert Event.objects.filter(name="request_accepted").count() == 2


@pytest.mark.django_db
def test_whoever_asks_again_before_the_worker_came_follows(dora, client_for):
    (person,) = ask(dora, 1)
    client_for(dora).patch("/v1/me", {"is_private": False})
    assert client_for(person).put("/v1/users/dora/follow").json() == {"state": "following"}
    drain()
    assert (counts(person), counts(dora)) == ((1, 0), (0, 1))
    assert Event.objects.filter(name="followed").count() == 1


@pytest.mark.django_db
def test_closed_again_before_the_worker_came_requests_are_requests(dora, client_for):
    (person,) = ask(dora, 1)
    for private in (False, True):
        client_for(dora).patch("/v1/me", {"is_private": private})
    drain()
    assert client_for(person).put("/v1/users/dora/follow").json() == {"state": "requested"}
    assert (counts(person), counts(dora)) == ((0, 0), (0, 0))


@pytest.mark.django_db
def test_an_account_that_is_gone_accepts_nobody():
    assert actions.accept_pending(user_id=1) == 0


@pytest.mark.django_db(transaction=True)
def test_all_or_none(dora, run_concurrently):
    """While one of them cannot be locked, none of them follows."""
    asked = ask(dora, 3)
    User.objects.filter(pk=dora.pk).update(is_private=False)

    def settle() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        return actions.accept_pending(user_id=dora.pk)

    with transaction.atomic():
        User.objects.get_queryset().select_for_update().get(pk=asked[-1].pk)
        with pytest.raises(OperationalError):
            run_concurrently([settle])
    assert not Follow.objects.accepted().exists()
    assert counts(dora) == (0, 0)
    assert actions.accept_pending(user_id=dora.pk) == 3


@pytest.mark.django_db
def test_thirty_cost_the_queries_of_one(dora):
    def queries(count: int) -> int:
        ask(dora, count)
        with CaptureQueriesContext(connection) as captured:
            assert actions.accept_pending(user_id=dora.pk) == count
        return len(captured)

    User.objects.filter(pk=dora.pk).update(is_private=False)
    assert queries(1) == queries(30)
