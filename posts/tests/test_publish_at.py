"""`publish_at`: a draft publishes itself when its moment has come, once, also after the workers were away."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from events.models import Event
from media.models import Media
from posts import actions
from posts.actions import draft_bounds
from posts.models import Post
from posts.tasks import publish_due
from tests.support import factories
from tests.support.browsing import browser_of, token_in
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for, alice):
    return client_for(alice)


def ahead(**delta):
    return (timezone.now() + timedelta(**delta)).isoformat()


@pytest.fixture
def scheduled(client, alice, bob):
    body = {"media": [str(factories.media(alice).pk)], "caption": "Soon @bob #soon", "publish_at": ahead(hours=1)}
    answer = client.post("/v1/posts", body)
    assert (answer.status_code, answer.json()["state"]) == (201, "scheduled"), answer.content
    return Post.objects.get(pk=answer.json()["id"])


def pass_by(post, **delta):
    """The moment came, so long ago."""
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(**(delta or {"seconds": 1})))


def published():
    return Event.objects.filter(name="post_published").count()


def state(client, post):
    return client.get(f"/v1/posts/{post.pk}").json()["state"]


def test_before_its_moment_it_is_a_draft_that_says_when(client, client_for, alice, bob, scheduled):
    (row,) = client.get("/v1/me/drafts").json()["results"]
    assert (row["id"], row["state"]) == (str(scheduled.pk), "scheduled")
    assert row["publish_at"] == scheduled.publish_at.isoformat().replace("+00:00", "Z")
    assert publish_due() == 0
    assert client_for(bob).get(f"/v1/posts/{scheduled.pk}").status_code == 404
    assert client_for(bob).get("/v1/users/alice/posts").json()["results"] == []
    assert published() == 0


@pytest.mark.parametrize("late", [{"seconds": 1}, {"hours": 30}], ids=["on time", "after an outage"])
def test_its_moment_come_it_is_published_once(client, client_for, alice, bob, scheduled, late):
    other = factories.post(alice)
    pass_by(scheduled, **late)
    before = timezone.now()
    assert [publish_due() for _ in range(2)] == [1, 0]
    drain()
    shown = client_for(bob).get("/v1/feed").json()["results"]
    assert [post["id"] for post in shown] == [str(scheduled.pk), str(other.pk)]
    assert shown[0]["created_at"] >= before.isoformat()[:23]
    assert "publish_at" not in shown[0]
    assert len(client_for(bob).get("/v1/notifications").json()["results"]) == 1
    assert client.get(f"/v1/posts/{scheduled.pk}").json()["publish_at"] is None
    alice.refresh_from_db()
    assert (alice.posts_count, published()) == (2, 1)


def test_what_is_overdue_appears_in_the_order_of_its_moments(client, client_for, alice, bob):
    made = [factories.post(alice, live=False, is_draft=True) for _ in range(3)]
    for post, hours in zip(made, (1, 3, 2), strict=True):
        pass_by(post, hours=hours)
    assert publish_due() == 3
    shown = client_for(bob).get("/v1/users/alice/posts").json()["results"]
    assert [post["id"] for post in shown] == [str(made[0].pk), str(made[2].pk), str(made[1].pk)]


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (lambda: ahead(minutes=-6), "min_value"),
        (lambda: ahead(days=365, minutes=1), "max_value"),
        (lambda: "9999-12-31T23:59:59Z", "max_value"),
        (lambda: "0001-01-01T00:00:00+14:00", "overflow"),
        (lambda: "tomorrow", "invalid"),
        (lambda: 5, "invalid"),
        (lambda: ["2027-01-01T00:00:00Z"], "invalid"),
    ],
)
def test_a_moment_out_of_bounds_is_named(client, alice, scheduled, moment, code):
    body = {"media": [str(factories.media(alice).pk)], "publish_at": moment()}
    for answer in (client.post("/v1/posts", body), client.patch(f"/v1/posts/{scheduled.pk}", {"publish_at": moment()})):
        assert answer.status_code == 400, answer.content
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/publish_at", code)]
    assert Post.objects.get().publish_at == scheduled.publish_at


def test_one_that_has_just_passed_means_now(client, alice, scheduled):
    body = {"media": [str(factories.media(alice).pk)], "publish_at": ahead(minutes=-4), "draft": True}
    assert client.post("/v1/posts", body).json()["state"] == "published"
    answer = client.patch(f"/v1/posts/{scheduled.pk}", {"publish_at": ahead(minutes=-4), "caption": "now"})
    assert (answer.json()["state"], answer.json()["edited"]) == ("published", False)
    assert published() == 2


def test_a_retry_after_its_moment_gets_the_first_answer(client, alice, monkeypatch):
    body = {"media": [str(factories.media(alice).pk)], "publish_at": ahead(minutes=-4)}
    first = client.post("/v1/posts", body, headers={"Idempotency-Key": "k"})
    monkeypatch.setattr(draft_bounds, "PUBLISH_TOLERANCE", timedelta(0))  # as if minutes had passed
    again = client.post("/v1/posts", body, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


def test_it_is_put_off_and_called_off(client, scheduled):
    path = f"/v1/posts/{scheduled.pk}"
    pass_by(scheduled)
    assert client.patch(path, {"publish_at": ahead(days=2)}).json()["state"] == "scheduled"
    assert publish_due() == 0
    pass_by(scheduled)
    answer = client.patch(path, {"publish_at": None}).json()
    assert (answer["state"], answer["publish_at"]) == ("draft", None)
    assert publish_due() == 0
    assert client.patch(path, {"publish_at": ahead(days=2)}).json()["state"] == "scheduled"


def test_its_moment_said_again_is_no_change(client, scheduled):
    """A form sends what it was filled with, be it overdue."""
    pass_by(scheduled, hours=2)
    moment = Post.objects.get().publish_at
    answer = client.patch(f"/v1/posts/{scheduled.pk}", {"publish_at": moment.isoformat(), "caption": "late"})
    assert (answer.status_code, answer.json()["state"]) == (200, "scheduled")
    assert publish_due() == 1


def test_published_by_a_word_it_is_not_published_again(client, scheduled):
    assert client.post(f"/v1/posts/{scheduled.pk}/publish").json()["state"] == "published"
    assert Post.objects.get().publish_at is None
    assert publish_due() == 0
    answer = client.patch(f"/v1/posts/{scheduled.pk}", {"publish_at": ahead(days=2)})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert published() == 1


def test_in_the_trash_by_then_it_comes_back_as_a_plain_draft(client, scheduled):
    client.delete(f"/v1/posts/{scheduled.pk}")
    assert Post.objects.get().publish_at is None
    assert publish_due() == 0
    assert client.post(f"/v1/posts/{scheduled.pk}/restore").json()["state"] == "draft"
    assert published() == 0


def test_taken_down_by_then_it_is_a_plain_draft_when_it_is_put_back(client, scheduled):
    pass_by(scheduled)
    actions.take_down(post_id=scheduled.pk)
    assert publish_due() == 0
    actions.put_back(post_id=scheduled.pk)
    assert publish_due() == 0
    assert (state(client, scheduled), published()) == ("draft", 0)


def test_with_media_of_what_was_taken_down_it_stays_a_draft(client, alice, scheduled):
    other = client.post("/v1/posts", {"media": [str(scheduled.items.get().media_id)]}).json()["id"]
    actions.take_down(post_id=int(other))
    assert client.post(f"/v1/posts/{scheduled.pk}/publish").status_code == 409
    pass_by(scheduled)
    assert publish_due() == 0
    assert state(client, scheduled) == "draft"
    client.patch(f"/v1/posts/{scheduled.pk}", {"media": [str(factories.media(alice).pk)]})
    assert client.post(f"/v1/posts/{scheduled.pk}/publish").json()["state"] == "published"


def test_with_media_under_way_it_follows_when_they_are_ready(client, alice, scheduled, settle):
    photo = scheduled.items.get().media
    Media.objects.filter(pk=photo.pk).update(state=Media.State.PROCESSING)
    pass_by(scheduled)
    assert publish_due() == 1
    assert (state(client, scheduled), published()) == ("processing", 0)
    settle(photo)
    assert (state(client, scheduled), published()) == ("published", 1)


def test_with_one_that_failed_it_waits_until_that_is_left_out(client, alice, scheduled):
    failed, other = scheduled.items.get().media, factories.media(alice)
    client.patch(f"/v1/posts/{scheduled.pk}", {"media": [str(failed.pk), str(other.pk)]})
    Media.objects.filter(pk=failed.pk).update(state=Media.State.FAILED)
    pass_by(scheduled)
    publish_due()
    assert state(client, scheduled) == "failed"
    assert client.patch(f"/v1/posts/{scheduled.pk}", {"media": [str(other.pk)]}).json()["state"] == "published"
    assert published() == 1


@pytest.mark.parametrize("away", ["suspended_at", "deactivated_at", "deleted_at"])
def test_whose_author_is_away_by_then_stays_a_draft(client, client_for, alice, scheduled, away):
    pass_by(scheduled)
    User.objects.filter(pk=alice.pk).update(**{away: timezone.now()})
    assert publish_due() == 0
    User.objects.filter(pk=alice.pk).update(**{away: None})
    assert publish_due() == 0
    assert (state(client_for(alice), scheduled), published()) == ("draft", 0)


def test_the_form_takes_a_moment(alice):
    browser = browser_of(alice)
    form = {"csrfmiddlewaretoken": token_in(browser.get("/v1/posts")), "media": str(factories.media(alice).pk)}
    answer = browser.post("/v1/posts", {**form, "publish_at": ahead(days=1)[:16]})
    assert answer.status_code == 201, answer.content.decode()
    assert 'name="publish_at"' in browser.get(f"/v1/posts/{Post.objects.get().pk}").content.decode()
    form |= {"media": str(factories.media(alice).pk), "publish_at": ""}
    assert browser.post("/v1/posts", form).status_code == 201
    assert published() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_publish_it_once(alice, scheduled, run_concurrently):
    pass_by(scheduled)
    assert sum(run_concurrently([publish_due] * 8)) == 1
    assert published() == 1
    assert User.objects.get(pk=alice.pk).posts_count == 1


@pytest.mark.django_db(transaction=True)
def test_due_published_edited_put_off_and_deleted_at_once_it_has_one_effect(
    client_for, alice, scheduled, run_concurrently
):
    pass_by(scheduled)
    path, other = f"/v1/posts/{scheduled.pk}", factories.media(alice)
    clients = [client_for(alice) for _ in range(6)]
    calls = [publish_due, publish_due, *(partial(one.post, f"{path}/publish") for one in clients[:2])]
    calls += [partial(clients[2].patch, path, {"media": [str(other.pk)]})]
    calls += [partial(clients[3].patch, path, {"publish_at": ahead(days=1)})]
    calls += [partial(one.delete, path) for one in clients[4:]]
    answers = run_concurrently(calls)
    assert {answer.status_code for answer in answers[2:]} <= {200, 204, 400, 404, 409}
    post = Post.objects.get()
    assert post.deleted_at is not None
    assert post.publish_at is None
    assert published() == (0 if post.is_draft else 1)
    assert User.objects.get(pk=alice.pk).posts_count == 0
