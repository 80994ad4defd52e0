"""What differs from the SQL truth is found, told and repaired.

Mutants: the floor ignored when comparing; `repair` always or never; the cursor not kept.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from api.redis import feeds
from feed import actions, audit, reading, tasks, timelines
from posts.models import Post
from social.models import Follow
from tests.support import factories

ANSWERS = iter(range(1000))


def old_post(author):
    """A post that must have arrived by now."""
    number = id_at(timezone.now() - timedelta(hours=1), next(ANSWERS))
    post = factories.post(author)
    Post.objects.filter(pk=post.pk).update(timeline_id=number)
    return Post.objects.get(pk=post.pk)


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def lose(user, *numbers):
    for number in numbers:
        assert feeds().lrem(timelines.key_of(user.pk), 0, number)


def test_a_right_feed_has_no_difference(alice, bob):
    old_post(alice)
    actions.build(user=bob)
    assert not audit.compare(bob, timelines.read(bob.pk))
    assert "checked=1 differing=0" in run("check_feeds")


def test_missing_is_found_and_repaired(alice, bob, held):
    posts = [old_post(alice) for _ in range(3)]
    actions.build(user=bob)
    lose(bob, posts[1].timeline_id)
    assert audit.compare(bob, timelines.read(bob.pk)).missing == {posts[1].timeline_id}
    with pytest.raises(CommandError):
        run("check_feeds")
    assert len(held(bob)) == 2
    assert "differing=1 missing=1 extra=0 forbidden=0" in run("check_feeds", "--repair")
    assert len(held(bob)) == 3
    assert "differing=0" in run("check_feeds")


def test_what_lies_below_the_floor_is_not_missing(alice, bob, settings):
    settings.FEED_KEEP = 2
    [old_post(alice) for _ in range(4)]
    actions.build(user=bob)
    assert timelines.read(bob.pk).floor
    assert not audit.compare(bob, timelines.read(bob.pk))


def test_what_is_still_on_its_way_is_not_missing(alice, bob):
    actions.build(user=bob)
    factories.post(alice)
    assert not audit.compare(bob, timelines.read(bob.pk))


def test_extra_is_found_and_repaired_but_no_failure(alice, bob, held):
    post = old_post(alice)
    actions.build(user=bob)
    Follow.objects.all().delete()
    assert audit.compare(bob, timelines.read(bob.pk)).extra == {post.timeline_id}
    assert "extra=1" in run("check_feeds")
    run("check_feeds", "--repair")
    assert held(bob) == []


def test_what_a_suspended_author_posted_is_kept_and_no_difference(alice, bob):
    old_post(alice)
    actions.build(user=bob)
    alice.suspended_at = timezone.now()
    alice.save()
    assert not audit.compare(bob, timelines.read(bob.pk))


def test_forbidden_is_found(alice, bob, charlie, monkeypatch):
    old_post(alice)
    leak = old_post(charlie)
    actions.build(user=bob)
    timelines.push([bob.pk], leak.timeline_id)
    assert audit.compare(bob, timelines.read(bob.pk)).forbidden == set()
    monkeypatch.setattr(reading, "_among", lambda **shape: _WhateverIsPushed())  # a reader who has forgotten the rule
    assert audit.compare(bob, timelines.read(bob.pk)).forbidden == {leak.timeline_id}
    with pytest.raises(CommandError):
        run("check_feeds")


class _WhateverIsPushed:
    def rows(self, *, viewer, ids, floor, below, **pulled):
        posts = Post.objects.filter(timeline_id__in=ids, timeline_id__gte=floor, timeline_id__lt=below)
        return list(posts.as_card_rows(User(pk=viewer)))


def test_the_round_meets_everybody(alice, monkeypatch):
    monkeypatch.setattr(audit, "SAMPLE", 3)
    people = [factories.person() for _ in range(8)]
    for one in people:
        actions.build(user=one)
    feeds().set("unrelated", 1)
    seen = sum(audit.audit_some().checked for _ in range(10))
    assert seen >= len(people)


def test_the_scheduled_audit_repairs(alice, bob, held):
    post = old_post(alice)
    actions.build(user=bob)
    lose(bob, post.timeline_id)
    tasks.audit_some.run()
    assert held(bob) == [post.timeline_id]


def test_an_audit_keeps_nobodys_feed_alive(bob):
    actions.build(user=bob)
    key = timelines.key_of(bob.pk)
    feeds().expire(key, 50)
    audit.audit_some()
    assert feeds().ttl(key) <= 50


def test_a_sample_is_no_more_than_asked_for(alice, bob, charlie):
    for one in (alice, bob, charlie):
        actions.build(user=one)
    assert "checked=2" in run("check_feeds", "--sample", "2")


def test_show_feed(alice, bob):
    posts = [old_post(alice) for _ in range(2)]
    assert "none" in run("show_feed", "bob")
    actions.build(user=bob)
    lose(bob, posts[0].timeline_id)
    shown = run("show_feed", "BOB")
    timeline = timelines.read(bob.pk)
    assert f"built at {timeline.built_at} by {timeline.built_by}" in shown
    assert f"\n{posts[1].timeline_id}\n" in shown
    assert f"missing: 1 {posts[0].timeline_id}" in shown
    with pytest.raises(CommandError):
        run("show_feed", "nobody")
