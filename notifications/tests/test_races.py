"""Once for each fact, however often a task runs, a client calls, or several do so at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from events.actions import record
from events.models import Delivery
from events.relay import arguments_of, claim, expand, messages, task_named
from notifications.actions import Fact, mark_seen, note
from notifications.models import Cause, Inbox, Kind, Notification
from posts.models import Reaction
from tests.support import factories
from tests.support.outbox import drain


@pytest.mark.django_db
def test_every_task_may_run_again(client_for, alice, bob, charlie, shown):
    post = factories.post(alice)
    factories.close_friend(alice, bob)
    paula = factories.person("paula", private=True)
    Inbox.objects.create(person=alice, story="everybody")
    client = client_for(bob)
    client.put(f"/v1/posts/{post.pk}/like")
    comment = client.post(f"/v1/posts/{post.pk}/comments", {"text": "hello @charlie"}).json()["id"]
    client_for(charlie).put(f"/v1/comments/{comment}/like")
    client_for(charlie).put("/v1/users/alice/follow")
    client_for(charlie).put("/v1/users/paula/follow")
    client.post("/v1/stories", {"media": str(factories.media(bob).pk)})
    before = [shown(person) for person in (alice, bob, charlie, paula)]
    assert [len(rows) for rows in before] == [4, 1, 1, 1]
    Delivery.objects.filter(task__startswith="notifications.").update(done_at=None, lease_until="2026-01-01T00:00Z")
    assert [shown(person) for person in (alice, bob, charlie, paula)] == before
    assert Cause.objects.count() == 7


@pytest.mark.django_db
def test_many_likes_are_few_messages_and_one_notification(alice):
    post, people = factories.post(alice), [factories.person() for _ in range(30)]
    Reaction.objects.bulk_create(Reaction(post=post, user=person, kind="like") for person in people)
    with transaction.atomic():
        for person in people:
            record("post_liked", post_id=post.pk, user_id=person.pk)
        record("post_liked", post_id=post.pk, user_id=alice.pk)
        record("post_liked", post_id=1, user_id=alice.pk)  # purged meanwhile
        record("post_liked", post_id=post.pk, user_id=1)
    expand()
    ((task, ids),) = messages(claim())
    assert (task, len(ids)) == ("notifications.tasks.note_likes", 33)
    for _ in range(2):
        task_named(task).run(**arguments_of(task, ids))
    assert (Notification.objects.count(), Cause.objects.count()) == (1, 30)
    assert not Delivery.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_of_everything(run_concurrently, client_for, alice, bob):
    post, people = factories.post(alice), [factories.person() for _ in range(8)]
    calls = [lambda person=person: client_for(person).put(f"/v1/posts/{post.pk}/like") for person in people]
    assert {answer.status_code for answer in run_concurrently(calls)} == {200}
    facts = [Fact(alice.pk, Kind.LIKE, person.pk, post.pk, post=post.pk) for person in people]
    written = run_concurrently([lambda start=start: note(facts=facts[start:] + facts[:start]) for start in range(8)])
    assert (sum(written), Notification.objects.count(), Cause.objects.count()) == (8, 1, 8)
    drain()
    assert Cause.objects.count() == 8
    client = client_for(alice)
    (row,) = client.get("/v1/notifications").json()["results"]
    assert (row["actors_count"], client.get("/v1/notifications/unread-count").json()) == (8, {"count": 1})
    seen = run_concurrently([lambda: client_for(alice).put("/v1/notifications/seen", {"up_to": row["id"]})] * 8)
    assert [(answer.status_code, answer.json()) for answer in seen] == [(200, {"count": 0})] * 8
    change = {"like": "nobody"}
    changed = run_concurrently([lambda: client_for(bob).patch("/v1/me/notification-settings", change)] * 8)
    assert {(answer.status_code, answer.json()["like"]) for answer in changed} == {(200, "nobody")}


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_one_looks_is_new(alice, bob, charlie):
    """A cause has its id before others can see it: what was marked as seen meanwhile must not cover it."""
    posts = [factories.post(alice) for _ in range(2)]
    first, second = (Fact(alice.pk, Kind.LIKE, bob.pk, post.pk, post=post.pk) for post in posts)

    def at_once(fact):
        try:
            return note(facts=[fact])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            note(facts=[first])
            other = pool.submit(at_once, second)  # waits: its id is to come after the first one's
            mark_seen(person=charlie, up_to=1)
            assert Cause.objects.count() == 1
        assert other.result(30) == 1
    numbers = Cause.objects.order_by("pk").values_list("notification__post", flat=True)
    assert list(numbers) == [posts[0].pk, posts[1].pk]
