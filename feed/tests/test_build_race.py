"""Building while others push, build and lose things.

Mutants: the snapshot before the mark; no token; a build that replaces instead of joining; no `abandon`.
"""

import pytest

from api.redis import feeds
from feed import actions, timelines
from tests.support import factories


def while_building(monkeypatch, happens):
    """`happens` runs once, after the snapshot was taken and before the build completes."""
    snapshot, calls = actions.snapshot, []

    def interrupted(*, user):
        ids = snapshot(user=user)
        if not calls:
            calls.append(1)
            happens()
        return ids

    monkeypatch.setattr(actions, "snapshot", interrupted)


def test_a_push_after_the_snapshot_lands(alice, bob, monkeypatch, held):
    old, late = factories.post(alice), []

    def publish():
        late.append(factories.post(alice))
        timelines.push([bob.pk], late[0].timeline_id)

    while_building(monkeypatch, publish)
    assert actions.build(user=bob)
    assert held(bob) == [late[0].timeline_id, old.timeline_id]


def test_who_reads_meanwhile_is_answered_from_postgres(alice, bob, monkeypatch, client_for):
    post, answers = factories.post(alice), []
    while_building(monkeypatch, lambda: answers.append(client_for(bob).get("/v1/feed").json()))
    assert actions.build(user=bob)
    assert answers[0]["source"] == "database"
    assert [shown["id"] for shown in answers[0]["results"]] == [str(post.pk)]


def test_only_one_builds(alice, bob, monkeypatch):
    results = []
    while_building(monkeypatch, lambda: results.append(actions.build(user=bob)))
    assert actions.build(user=bob) is True
    assert results == [False]


def test_a_builder_whose_mark_ran_out_does_not_overwrite_the_next(alice, bob, monkeypatch, held):
    first, second = factories.post(alice), []

    def overtaken():
        feeds().flushdb()
        second.append(factories.post(alice))
        assert actions.build(user=bob)

    while_building(monkeypatch, overtaken)
    assert actions.build(user=bob) is False
    assert held(bob) == [second[0].timeline_id, first.timeline_id]


@pytest.mark.parametrize("half", ["", ":meta"])
def test_evicted_meanwhile_it_is_not_taken_for_complete(alice, bob, monkeypatch, half):
    while_building(monkeypatch, lambda: feeds().delete(timelines.key_of(bob.pk) + half))
    assert actions.build(user=bob) is False
    assert timelines.read(bob.pk) is None


def test_a_build_that_fails_leaves_no_mark(bob, monkeypatch):
    def fail():
        raise RuntimeError("no snapshot")

    while_building(monkeypatch, fail)
    with pytest.raises(RuntimeError):
        actions.build(user=bob)
    assert feeds().keys("*") == []
    assert actions.build(user=bob)


def test_a_feed_that_is_there_is_not_built_again(alice, bob):
    assert actions.build(user=bob)
    before = timelines.read(bob.pk)
    assert actions.build(user=bob) is False
    assert timelines.read(bob.pk) == before


def test_built_anew_it_forgets_what_does_not_belong(alice, bob, charlie, held):
    post = factories.post(alice)
    actions.build(user=bob)
    timelines.push([bob.pk], factories.post(charlie).timeline_id)
    assert actions.build(user=bob, force=True)
    assert held(bob) == [post.timeline_id]


def test_a_follow_during_the_build_raises_its_floor(alice, bob, charlie, monkeypatch, truth, shown, settings):
    settings.FEED_MERGE_ON_FOLLOW = 3
    settings.FEED_SIZE = 4
    [factories.post(charlie) for _ in range(6)]
    [factories.post(alice) for _ in range(2)]

    def follow():
        factories.follow(bob, charlie)
        actions.backfill(user=bob, followee_id=charlie.pk)

    while_building(monkeypatch, follow)
    actions.build(user=bob)
    assert shown(bob) == truth(bob)
    assert len(truth(bob)) == 8
