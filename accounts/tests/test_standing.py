"""Suspended people are gone by the next request, for good or until a moment, and back with everything; limited people
show what they share to followers alone.

Mutants: an end that only a worker sees; a session that outlives a suspension; an end that lets in who awaits approval.
"""

import json
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import User
from accounts.tasks import clear_ended_suspensions
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOVING = re.compile(rb'"previous":"[^"]*"')  # it says when the page was asked for


def bearer(user, **headers):
    client = APIClient()
    pair = actions.open_session(user=user, caller=actions.Caller())
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client, pair


def time_passes(user):
    """The end that was set is over; no task has run."""
    User.objects.filter(pk=user.pk).update(suspended_until=timezone.now() - timedelta(milliseconds=1))


def share(client_for, alice, bob):
    """What alice shares and does; the addresses that show it to bob."""
    post, story = factories.post(alice, "lighthouse @bob", place="Pier"), factories.story(alice)
    factories.tagged(post, "harbour")
    highlight, his = factories.highlight(alice, [story]), factories.post(bob)
    client = client_for(alice)
    for path in ("users/bob/follow", f"posts/{his.pk}/like"):
        client.put(f"/v1/{path}")
    client.post(f"/v1/posts/{his.pk}/comments", {"text": "by alice"})
    drain()
    return [
        "feed", "stories", "users/alice", "users/alice/posts", "users/bob/following", "users/bob/followers",
        f"posts/{post.pk}", f"posts/{post.pk}/comments", f"stories/{story.pk}", f"highlights/{highlight.pk}",
        "users/alice/highlights", "relationships?username=alice", f"posts/{his.pk}/likes", f"posts/{his.pk}/comments",
        "notifications", "notifications/unread-count", "search?type=posts&q=lighthouse", "search?type=users&q=alice",
        "tags/harbour", "tags/harbour/posts", f"places/{post.place_id}/posts", "search?type=tags&q=harbour",
    ]  # fmt: skip


@pytest.mark.parametrize("until", [None, DAY], ids=["for good", "until a date"])
def test_a_suspended_person_is_gone_and_back_with_everything(client_for, alice, bob, until):
    paths = share(client_for, alice, bob)
    look = client_for(bob)
    look.get("/v1/feed")  # built, so that it is warm

    def seen():
        answers = {path: look.get(f"/v1/{path}") for path in paths}
        return {path: (answer.status_code, MOVING.sub(b"", answer.content)) for path, answer in answers.items()}

    before = seen()
    assert {status for status, _ in before.values()} == {200}
    assert actions.suspend(user_id=alice.pk, until=timezone.now() + until if until else None)
    hidden = seen()
    for path, (status, body) in hidden.items():
        assert status == 404 or not {word for word in (b"alice", b"harbour", b"lighthouse") if word in body}, path
    assert json.loads(hidden["notifications/unread-count"][1])["count"] == 0
    assert actions.reinstate(user_id=alice.pk)
    assert seen() == before


def test_every_session_ends_at_once_and_none_begins(alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client, pair = bearer(alice)
    browser = Client()
    browser.force_login(alice)
    assert client.get("/v1/me").status_code == browser.get("/admin/").status_code == 200
    actions.suspend(user_id=alice.pk, until=timezone.now() + DAY)
    assert client.get("/v1/me").status_code == 401
    assert browser.get("/admin/").status_code == 302
    log_in = {"username": "alice", "password": factories.PASSWORD}
    assert APIClient().post("/v1/auth/token", log_in).json()["code"] == "invalid_credentials"
    assert APIClient().post("/v1/auth/token/refresh", {"refresh": pair.refresh}).status_code == 401
    time_passes(alice)
    assert (client.get("/v1/me").status_code, browser.get("/admin/").status_code) == (401, 302)  # they stay ended
    assert APIClient().post("/v1/auth/token", log_in).status_code == 200


def test_the_end_counts_when_it_is_read_with_the_workers_away(client_for, alice, bob):
    post = factories.post(alice)
    actions.suspend(user_id=alice.pk, until=timezone.now() + DAY)
    look = client_for(bob)
    assert look.get(f"/v1/posts/{post.pk}").status_code == 404
    time_passes(alice)
    assert look.get(f"/v1/posts/{post.pk}").status_code == look.get("/v1/users/alice").status_code == 200
    assert [row["id"] for row in look.get("/v1/feed").json()["results"]] == [str(post.pk)]
    alice.refresh_from_db()
    assert alice.is_active
    assert client_for(alice).get("/v1/me").status_code == 200
    assert [clear_ended_suspensions(), clear_ended_suspensions()] == [1, 0]
    alice.refresh_from_db()
    assert (alice.suspended_at, alice.suspended_until) == (None, None)


def test_each_says_whether_anything_changed(alice):
    tomorrow = timezone.now() + DAY
    assert not actions.suspend(user_id=alice.pk, until=timezone.now() - DAY)
    assert [actions.suspend(user_id=alice.pk, until=tomorrow) for _ in range(2)] == [True, False]
    first = User.objects.get(pk=alice.pk)
    assert actions.suspend(user_id=alice.pk, until=None)  # longer: only the end is another
    row = User.objects.get(pk=alice.pk)
    assert (row.suspended_at, row.suspended_until, row.token_version) == (first.suspended_at, None, first.token_version)
    assert clear_ended_suspensions() == 0
    assert [actions.reinstate(user_id=alice.pk) for _ in range(2)] == [True, False]
    assert [actions.limit(user_id=alice.pk) for _ in range(2)] == [True, False]
    assert [actions.unlimit(user_id=alice.pk) for _ in range(2)] == [True, False]
    for act in (actions.reinstate, actions.limit, actions.unlimit):
        assert not act(user_id=1)
    assert not actions.suspend(user_id=1, until=None)


def test_one_whose_end_has_passed_is_suspended_anew(alice):
    actions.suspend(user_id=alice.pk, until=timezone.now() + DAY)
    time_passes(alice)
    client, _ = bearer(User.objects.get(pk=alice.pk))
    assert client.get("/v1/me").status_code == 200
    assert not actions.reinstate(user_id=alice.pk)  # was back already
    time_passes(alice)
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now() - DAY)
    assert actions.suspend(user_id=alice.pk, until=timezone.now() + DAY)
    assert client.get("/v1/me").status_code == 401


def test_who_awaits_approval_stays_out_until_that_is_decided(settings):
    settings.REGISTRATION = "approval"
    user = factories.person("dora", awaits_approval=True, suspended_at=timezone.now())
    assert not actions.suspend(user_id=user.pk, until=timezone.now() + timedelta(seconds=1))
    assert not actions.reinstate(user_id=user.pk)
    row = User.objects.get(pk=user.pk)
    assert row.is_suspended
    assert row.suspended_until is None
    actions.approve(user=user)
    assert not User.objects.get(pk=user.pk).is_suspended


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(alice, run_concurrently):
    tomorrow = timezone.now() + DAY
    changed = run_concurrently([partial(actions.suspend, user_id=alice.pk, until=tomorrow)] * 8)
    assert sorted(changed) == [False] * 7 + [True]
    assert User.objects.get(pk=alice.pk).token_version == alice.token_version + 1


@pytest.mark.django_db
def test_who_is_away_is_found_by_an_index():
    """Its condition has to be true of everybody who is away, or PostgreSQL looks through all people instead."""
    with connection.cursor() as cursor:
        for kind in ("seqscan", "bitmapscan"):  # else a small table is read as a whole
            cursor.execute(f"SET LOCAL enable_{kind} = off")
    assert "using people_away" in User.objects.get_queryset().away().values("pk").explain()
