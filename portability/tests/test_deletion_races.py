"""Deleting an account against what else happens at the same moment: no 500, no deadlock, no leak, counts equal rows."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions as accounts
from accounts.models import Session, User
from api.problems import Problem
from events.models import Delivery
from events.relay import arguments_of, claim, expand, messages, task_named
from media.models import Media
from media.tests.support.photographs import photo, send
from operations.counters import all_counters, differences
from portability.actions import build_part
from portability.models import Export
from posts.models import Comment, Post
from social.models import Follow
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db(transaction=True)


def deletes(client: APIClient) -> Any:
    return lambda: client.delete("/v1/me", {"password": PASSWORD}).status_code


def ask_long_ago(person: User) -> None:
    then = timezone.now() - timedelta(days=30, seconds=1)
    User.objects.get_queryset().filter(pk=person.pk).update(deleted_at=then)


def purge(person: User) -> None:
    ask_long_ago(person)
    assert accounts.purge_due() == 1
    drain()


def wrong_counts() -> list[str]:
    return [str(one) for counter in all_counters() for one in differences(counter)]


def test_eight_deletions_at_once_are_one(alice, client_for, run_concurrently):
    version = User.objects.get(pk=alice.pk).token_version
    assert run_concurrently([deletes(client_for(alice)) for _ in range(8)]) == [202] * 8
    alice.refresh_from_db()
    assert alice.token_version == version + 1
    assert Delivery.objects.count() == 0
    expand()
    assert Delivery.objects.filter(task="accounts.tasks.send_mail").count() == 1


def test_what_is_posted_at_that_moment_is_hidden_and_purged(alice, bob, client_for, run_concurrently):
    picture = factories.media(alice)
    body = {"media": [str(picture.pk)], "caption": "last words"}
    client = client_for(alice)
    deleted, posted = run_concurrently([deletes(client_for(alice)), lambda: client.post("/v1/posts", body).status_code])
    assert (deleted, posted) == (202, 201)
    drain()
    assert client_for(bob).get("/v1/feed").json()["results"] == []
    assert client_for(bob).get(f"/v1/posts/{Post.objects.get().pk}").status_code == 404
    purge(alice)
    assert not Post.objects.exists()
    assert wrong_counts() == []


def test_an_upload_that_ends_at_that_moment_is_kept_until_the_purge(alice, client_for, run_concurrently, objects):
    client = client_for(alice)
    deleted, sent = run_concurrently([deletes(client_for(alice)), lambda: send(client, photo()).status_code])
    assert deleted == 202
    assert sent in {201, 202}
    drain()
    assert Media.objects.get(owner=alice).deleted_at is None  # acknowledged, so it is there for whoever comes back
    purge(alice)
    assert Media.objects.get(owner=alice).deleted_at is not None


def test_a_follow_at_that_moment_counts_right(alice, charlie, client_for, run_concurrently):
    theirs = client_for(charlie)
    deleted, followed = run_concurrently(
        [deletes(client_for(alice)), lambda: theirs.put("/v1/users/alice/follow").status_code]
    )
    assert deleted == 202
    assert followed in {200, 404}
    assert wrong_counts() == []
    purge(alice)
    assert not Follow.objects.exists()
    assert wrong_counts() == []


def test_who_logs_in_at_that_moment_is_logged_out_or_returning(alice, client_for, run_concurrently):
    right = {"username": "alice", "password": PASSWORD}
    deleted, entered = run_concurrently(
        [deletes(client_for(alice)), lambda: APIClient().post("/v1/auth/token", right).json()]
    )
    assert deleted == 202
    answer = APIClient(HTTP_AUTHORIZATION=f"Bearer {entered['access']}").get("/v1/me")
    assert answer.json()["code"] in {"invalid_token", "deletion_pending"}


def test_a_purge_and_a_change_of_mind_never_both_happen(alice, client_for, run_concurrently):
    factories.post(alice)
    answers = set()
    for _ in range(4):
        User.objects.get_queryset().filter(pk=alice.pk).update(purged_at=None, username="alice")
        ask_long_ago(alice)
        row = User.objects.get(pk=alice.pk)
        session = accounts.open_session(user=row, caller=accounts.Caller())
        back = APIClient(HTTP_AUTHORIZATION=f"Bearer {session.access}")
        purged, undeleted = run_concurrently(
            [accounts.purge_due, lambda back=back: back.post("/v1/me/undelete").status_code]
        )
        row.refresh_from_db()
        answers.add((purged, undeleted))
        assert (purged, undeleted in {401, 410}) in {(1, True), (0, False)}
        assert (row.purged_at is not None, row.deleted_at is not None) == (purged == 1, purged == 1)
        assert (row.username == "alice") == (purged == 0)
    assert answers <= {(1, 401), (1, 410), (0, 200)}


def test_who_is_purged_after_their_token_was_read_is_not_brought_back(alice):
    ask_long_ago(alice)
    row = User.objects.get(pk=alice.pk)  # as the request has read it
    accounts.purge_due()
    with pytest.raises(Problem) as refused:
        accounts.undelete(user=row)
    assert refused.value.get_codes() == "gone"
    assert User.objects.get(pk=alice.pk).deleted_at is not None


def test_workers_that_purge_at_once_remove_each_row_once(alice, bob, charlie, client_for, run_concurrently):
    for _ in range(3):
        factories.post(alice)
    theirs = factories.post(bob)
    for number in range(6):
        client_for(alice).post(f"/v1/posts/{theirs.pk}/comments", {"text": str(number)})
    client_for(alice).put(f"/v1/posts/{theirs.pk}/like")
    factories.follow(alice, charlie)
    ask_long_ago(alice)
    assert sum(run_concurrently([accounts.purge_due] * 4)) == 1
    expand()
    due = messages(claim())
    run_concurrently([partial(task_named(task).run, **arguments_of(task, ids)) for task, ids in due for _ in range(2)])
    Delivery.objects.filter(done_at__isnull=True).update(lease_until=timezone.now())
    drain()
    assert not Post.objects.filter(author=alice).exists()
    assert not Comment.objects.exists()
    assert not Session.objects.filter(user=alice).exists()
    assert wrong_counts() == []


def test_an_export_that_is_made_at_that_moment_leaves_nothing(alice, client_for, run_concurrently, objects):
    send(client_for(alice), photo())
    drain()
    client_for(alice).post("/v1/me/exports")
    export = Export.objects.get(owner=alice)
    ask_long_ago(alice)
    accounts.purge_due()
    expand()
    (delivery,) = Delivery.objects.filter(task="portability.tasks.purge_person")
    run_concurrently(
        [
            lambda: build_part(export_id=export.pk, still_here=lambda by: None),
            lambda: task_named(delivery.task).run(delivery_id=delivery.pk),
        ]
    )
    drain()
    assert not Export.objects.exists()
    assert [key for key in objects if key.startswith("archives/")] == []
