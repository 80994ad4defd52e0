"""One person's greed costs that person: whose photo a worker takes up next (guarantee 12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from media import actions
from media.actions import queueing
from media.models import Media
from media.processing.kinds import PHOTO
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

As = Callable[..., APIClient]
LARGE = (4000, 3000)  # 12 seconds of one person's share


@pytest.fixture
def sends(client_for: As) -> Callable[..., list[int]]:
    """`sends(alice, 3, LARGE)`: the ids of the photos that alice sends."""

    def send_some(person: User, count: int = 1, size: tuple[int, int] = (120, 80)) -> list[int]:
        client = client_for(person)
        sent = [send(client, photo("PNG", *size)) for _ in range(count)]
        assert {answer.status_code for answer in sent} == {202}
        return [int(answer.json()["id"]) for answer in sent]

    return send_some


def taken() -> int:
    """The photo that a worker which has time for one processes."""
    before = set(Media.objects.filter(state=Media.State.READY).values_list("pk", flat=True))
    assert queueing.work(kind="photo", until=timezone.now()) == 1
    after = set(Media.objects.filter(state=Media.State.READY).values_list("pk", flat=True))
    return int((after - before).pop())


def begun(media_id: int) -> None:
    """A worker is at it."""
    Media.objects.filter(pk=media_id).update(lease_until=timezone.now() + timedelta(seconds=30))


def test_nobody_waits_behind_anothers_thousand(sends, alice, charlie):
    first, *others = sends(alice, 4, LARGE)
    (his,) = sends(charlie, 1, LARGE)
    assert [taken(), taken()] == [first, his]
    assert [taken(), taken(), taken()] == others


def test_small_before_large(sends, alice, charlie):
    (large,), (small,) = sends(alice, 1, LARGE), sends(charlie)
    assert [taken(), taken()] == [small, large]


def test_a_large_one_does_not_wait_for_ever(sends, alice, charlie):
    (large,) = sends(alice, 1, LARGE)
    Media.objects.update(turn_at=Media.objects.get().turn_at - timedelta(minutes=1))  # a minute later
    (small,) = sends(charlie)
    assert [taken(), taken()] == [large, small]


def test_a_persons_large_ones_are_done_one_at_a_time(sends, alice, charlie):
    """So that a second worker is free for others."""
    first, second = sends(alice, 2)
    Media.objects.update(cost=PHOTO.large_cost + 1)
    begun(first)
    assert queueing.work(kind="photo", until=timezone.now()) == 0
    (his,) = sends(charlie)
    Media.objects.update(cost=PHOTO.large_cost + 1)
    assert taken() == his
    Media.objects.filter(pk=first).update(lease_until=timezone.now())
    assert {taken(), taken()} == {first, second}


def test_small_ones_are_done_side_by_side(sends, alice):
    first, second = sends(alice, 2)
    begun(first)
    assert taken() == second


def test_what_a_worker_is_at_is_nobody_elses(sends, alice):
    (only,) = sends(alice)
    begun(only)
    assert queueing.work(kind="photo", until=timezone.now()) == 0


def test_two_workers_never_take_the_same(transactional_db, sends, alice, run_concurrently):
    sends(alice, 6)
    counts = run_concurrently([lambda: queueing.work(kind="photo", until=timezone.now() + timedelta(minutes=1))] * 3)
    assert sum(counts) == 6
    assert set(Media.objects.values_list("state", "tries")) == {("ready", 1)}


def test_one_message_is_enough_for_all(sends, alice, charlie):
    """Each delivery ends when its own photo is done, whoever did it."""
    sends(alice, 2), sends(charlie)
    drain()
    assert set(Media.objects.values_list("state", flat=True)) == {Media.State.READY}


@pytest.fixture
def at_the_bound(settings: Any, sends: Any, alice: User) -> list[int]:
    settings.MAX_PROCESSING = 2
    return list(sends(alice, 2))


def test_how_much_one_may_have_in_processing(at_the_bound, client_for, alice, bob):
    refused = send(client_for(alice), photo())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_processing")
    assert int(refused["Retry-After"]) > 0
    assert Media.objects.count() == 2
    assert client_for(alice).get("/v1/instance").json()["limits"]["files_in_processing"] == 2
    assert send(client_for(bob), photo()).status_code == 202


def test_what_is_done_or_deleted_makes_room(at_the_bound, client_for, alice):
    actions.delete(media=Media.objects.get(pk=at_the_bound[0]))
    assert send(client_for(alice), photo()).status_code == 202
    drain()
    assert send(client_for(alice), photo("PNG")).status_code == 202


def test_a_retry_is_not_refused(settings, client_for, alice):
    settings.MAX_PROCESSING = 1
    first = send(client_for(alice), photo(), key="k")
    assert send(client_for(alice), photo(), key="k").json()["id"] == first.json()["id"]
