"""Two people at once, against each other: never both a follow and a block, counts equal rows, no 500, no deadlock."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import override_settings

from accounts.models import User
from events.models import Event
from social import actions
from social.models import Block, Follow
from tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[int]:
    """Makes all requests at the same moment; their statuses."""
    barrier, statuses = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        statuses.append(call().status_code)
        connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def assert_counts_equal_rows() -> None:
    for user in User.objects.get_queryset():
        accepted = Follow.objects.accepted()
        assert user.followers_count == accepted.filter(followee=user).count()
        assert user.following_count == accepted.filter(follower=user).count()


def test_eight_follows_at_once_are_one(alice, charlie, client_for):
    statuses = together(*[lambda: client_for(charlie).put("/v1/users/alice/follow")] * 8)
    assert statuses == [200] * 8
    assert Follow.objects.count() == 1
    assert Event.objects.filter(name="followed").count() == 1
    assert_counts_equal_rows()


def test_eight_acceptances_at_once_are_one(charlie, client_for):
    dora = factories.person("dora", private=True)
    factories.follow(charlie, dora, pending=True)
    statuses = together(*[lambda: client_for(dora).post("/v1/me/follow-requests/charlie/accept")] * 8)
    assert statuses == [200] * 8
    assert Event.objects.filter(name="request_accepted").count() == 1
    assert_counts_equal_rows()


@override_settings(FOLLOW_CAP=3)
def test_eight_follows_of_eight_people_at_once_stay_within_the_cap(charlie, client_for):
    people = [factories.person(private=number % 2 == 1) for number in range(8)]
    calls = [lambda name=person.username: client_for(charlie).put(f"/v1/users/{name}/follow") for person in people]
    assert together(*calls) == [200] * 3 + [409] * 5
    assert Follow.objects.filter(follower=charlie).count() == 3
    assert_counts_equal_rows()


@pytest.mark.parametrize("attempt", range(5))
def test_follow_against_block_never_leaves_both(alice, charlie, client_for, attempt):
    statuses = together(
        lambda: client_for(charlie).put("/v1/users/alice/follow"),
        lambda: client_for(alice).put("/v1/users/charlie/block"),
        lambda: client_for(alice).put("/v1/users/charlie/follow"),
        lambda: client_for(charlie).put("/v1/users/alice/follow"),
    )
    assert set(statuses) <= {200, 404, 409}
    assert Block.objects.filter(blocker=alice, blocked=charlie).exists()
    assert not Follow.objects.exists()
    assert_counts_equal_rows()


@pytest.mark.parametrize("attempt", range(3))
def test_accepting_against_taking_back_leaves_one_or_none(charlie, client_for, attempt):
    dora = factories.person("dora", private=True)
    factories.follow(charlie, dora, pending=True)
    statuses = together(
        lambda: client_for(dora).post("/v1/me/follow-requests/charlie/accept"),
        lambda: client_for(charlie).delete("/v1/users/dora/follow"),
    )
    assert statuses in ([200, 204], [204, 404])
    assert_counts_equal_rows()


def test_following_each_other_at_once_does_not_deadlock(alice, charlie, client_for):
    calls = [
        lambda: client_for(charlie).put("/v1/users/alice/follow"),
        lambda: client_for(alice).put("/v1/users/charlie/follow"),
        lambda: client_for(charlie).delete("/v1/users/alice/follow"),
        lambda: client_for(alice).delete("/v1/users/charlie/follow"),
    ]
    assert set(together(*calls, *calls)) <= {200, 204}
    assert_counts_equal_rows()


def test_somebody_who_was_removed_since_they_were_looked_up_is_not_there(alice, charlie):
    User.objects.filter(username="alice").delete()
    for act in (
        lambda: actions.follow(follower=charlie, followee=alice),
        lambda: actions.block(blocker=charlie, blocked=alice),
        lambda: actions.mute(muter=charlie, muted=alice),
        lambda: actions.add_close_friend(owner=charlie, friend=alice),
        lambda: actions.accept(followee=charlie, follower_id=alice.pk),
    ):
        with pytest.raises(Http404):
            act()
    actions.unfollow(follower_id=charlie.pk, followee_id=alice.pk)
    actions.remove_follower(followee=charlie, follower_id=alice.pk)
