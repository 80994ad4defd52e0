"""A feed in Redis: exact ids, one slot, no half feeds, the floor.

Mutants: ids compared as Lua numbers; a meta hash without a list taken for a feed; no EXPIRE after a rewrite.
"""

import pytest

from api.redis import feeds
from feed import timelines

ME = 7
BIG = 2**62


def made(ids=(), floor=0):
    token = timelines.begin(ME)
    assert token is not None
    assert timelines.complete(ME, token, ids, floor=floor, by="a test")


def seconds_left():
    key = timelines.key_of(ME)
    return feeds().ttl(key), feeds().ttl(f"{key}:meta")


def test_neighbours_above_2_to_the_53_stay_apart_and_in_order():
    ids = [BIG + step for step in (3, 0, 2, 1)]
    made(ids)
    assert timelines.read(ME).ids == [BIG + 3, BIG + 2, BIG + 1, BIG]
    assert feeds().lrange(timelines.key_of(ME), 0, -1)[:4] == [str(BIG + step).encode() for step in (3, 2, 1, 0)]


def test_a_floor_above_2_to_the_53_is_exact():
    made([BIG + 1, BIG + 2], floor=BIG + 1)
    timelines.push([ME], BIG)
    assert timelines.read(ME).ids == [BIG + 2, BIG + 1]
    timelines.merge(ME, [BIG], floor=BIG)
    assert timelines.read(ME).floor == BIG + 1
    timelines.merge(ME, [], floor=BIG + 2)
    assert (timelines.read(ME).ids, timelines.read(ME).floor) == ([BIG + 2], BIG + 2)


def test_ids_of_different_length_are_ordered_as_numbers():
    made([9, 10, 100, 99])
    assert feeds().lrange(timelines.key_of(ME), 0, -1) == [b"100", b"99", b"10", b"9", b"0"]


def test_the_cut_keeps_the_newest_whatever_their_order_and_sets_the_floor():
    made()
    for number in [*range(1, 200, 2), *range(2, 200, 2)]:
        timelines.push([ME], number)
    timeline = timelines.read(ME)
    assert timeline.floor == timeline.ids[-1]
    assert timeline.ids == list(range(199, 199 - len(timeline.ids), -1))
    assert 128 <= len(timeline.ids) <= 160


def test_repeats_and_late_pushes_below_the_floor_are_not_read():
    made([50, 40], floor=40)
    for number in (60, 60, 50, 30):
        timelines.push([ME], number)
    assert timelines.read(ME).ids == [60, 50, 40]


def test_an_empty_feed_is_a_feed():
    made()
    assert timelines.read(ME).ids == []
    timelines.push([ME], 5)
    assert timelines.read(ME).ids == [5]


def test_no_feed_takes_no_push():
    timelines.push([ME], 5)
    assert feeds().keys("*") == []


@pytest.mark.parametrize("gone", ["", ":meta"])
def test_half_a_feed_is_none(gone):
    made([5])
    feeds().delete(timelines.key_of(ME) + gone)
    assert timelines.read(ME) is None
    assert timelines.merge(ME, [6], floor=0) is None
    timelines.push([ME], 7)
    assert timelines.read(ME) is None
    made([8])
    assert timelines.read(ME).ids == [8]


def test_a_list_that_lost_its_hash_does_not_grow_for_ever():
    made()
    feeds().delete(f"{timelines.key_of(ME)}:meta")
    for number in range(1, 400):
        timelines.push([ME], number)
    assert feeds().llen(timelines.key_of(ME)) <= 160


def test_it_lives_for_a_week_from_the_last_read_and_a_push_does_not_prolong_it():
    made([5])
    assert all(604790 < left <= 604800 for left in seconds_left())
    for key in (timelines.key_of(ME), f"{timelines.key_of(ME)}:meta"):
        feeds().expire(key, 100)
    timelines.push([ME], 6)
    timelines.merge(ME, [7], floor=0)
    timelines.read(ME, keep_alive=False)
    assert all(0 < left <= 100 for left in seconds_left())
    timelines.read(ME)
    assert all(604790 < left <= 604800 for left in seconds_left())


def test_the_mark_of_a_builder_who_died_ends_by_itself_and_reading_does_not_prolong_it():
    assert timelines.begin(ME)
    assert timelines.read(ME) is None
    assert all(0 < left <= timelines.MARK_SECONDS for left in seconds_left())


def test_all_keys_of_a_feed_share_the_braces():
    made([5])
    assert sorted(feeds().keys("*")) == [b"feed:{7}", b"feed:{7}:meta"]


def test_owners_are_those_who_have_a_feed():
    made([5])
    feeds().set("feed:{x}:other", 1)
    assert timelines.owners(0, 10) == (0, [7])


def test_a_full_feed_stays_small():
    made([BIG + step for step in range(160)])
    sizes = [feeds().memory_usage(key, samples=0) for key in feeds().keys("*")]
    assert sum(sizes) <= 2048
