"""Drafts: prepared by their author, seen by nobody else, published once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.models import Event
from media.models import Media
from notifications.models import Notification
from posts import actions
from posts.limits import MAX_DRAFTS
from posts.models import Post, Tag
from tests.support import factories
from tests.support.browsing import browser_of, token_in
from tests.support.locks import wait_for_waiting
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for, alice):
    return client_for(alice)


@pytest.fixture
def drafted(client, alice, bob):
    """A draft of alice's with two photographs, which names bob and a tag, and its media."""
    media = [factories.media(alice) for _ in range(2)]
    body = {"media": [str(one.pk) for one in media], "caption": "Soon @bob #soon", "place": "Galata", "draft": True}
    answer = client.post("/v1/posts", body)
    assert (answer.status_code, answer.json()["state"]) == (201, "draft"), answer.content
    return Post.objects.get(pk=answer.json()["id"])


def publish(client, post):
    return client.post(f"/v1/posts/{post.pk}/publish")


def published():
    return Event.objects.filter(name="post_published").count()


def drafts(client):
    return [post["id"] for post in client.get("/v1/me/drafts").json()["results"]]


def test_nobody_else_sees_it_nor_what_it_names(client_for, alice, bob, charlie, mallory, drafted):
    drain()
    for other in (bob, charlie, mallory):
        theirs = client_for(other)
        for path in ("", "/comments", "/likes"):
            assert theirs.get(f"/v1/posts/{drafted.pk}{path}").status_code == 404
        for path in ("/like", "/save"):
            assert theirs.put(f"/v1/posts/{drafted.pk}{path}").status_code == 404
        assert publish(theirs, drafted).status_code == 404
        assert theirs.patch(f"/v1/posts/{drafted.pk}", {"caption": "x"}).status_code == 404
        assert theirs.get("/v1/tags/soon").status_code == 404
        assert theirs.get(f"/v1/places/{drafted.place_id}").status_code == 404
        assert drafts(theirs) == []
    for path in ("/v1/users/alice/posts", "/v1/feed", "/v1/search?q=soon"):
        assert client_for(bob).get(path).json()["results"] == []
    alice.refresh_from_db()
    assert (alice.posts_count, published(), Notification.objects.count()) == (0, 0, 0)


def test_its_author_finds_it_among_drafts_and_ones_own(client, drafted):
    other = factories.post(drafted.author)
    assert drafts(client) == [str(drafted.pk)]
    assert [post["id"] for post in client.get("/v1/posts").json()["results"]] == [str(other.pk), str(drafted.pk)]
    assert client.get(f"/v1/posts/{drafted.pk}").json()["state"] == "draft"
    assert client.get("/v1/users/alice/posts").json()["results"][0]["id"] == str(other.pk)
    for path in ("like", "save"):
        assert client.put(f"/v1/posts/{drafted.pk}/{path}").status_code == 404
    assert client.post(f"/v1/posts/{drafted.pk}/comments", {"text": "x"}).status_code == 404


def test_published_it_is_the_newest_and_told_once(client, client_for, alice, bob, drafted):
    Post.objects.filter(pk=drafted.pk).update(created_at=timezone.now() - timedelta(days=9))
    later = factories.post(alice)
    before = timezone.now()
    answers = [publish(client, drafted) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "published")] * 2
    drain()
    shown = client_for(bob).get("/v1/users/alice/posts").json()["results"]
    assert [post["id"] for post in shown] == [str(drafted.pk), str(later.pk)]
    assert shown[0]["created_at"] == shown[0]["updated_at"] >= before.isoformat()[:23]
    assert shown[0]["edited"] is False
    assert [post["id"] for post in client_for(bob).get("/v1/tags/soon/posts").json()["results"]] == [str(drafted.pk)]
    assert client_for(bob).get("/v1/tags/soon").json()["posts_count"] == 1
    told = client_for(bob).get("/v1/notifications").json()["results"]
    assert [(row["kind"], row["post"]["id"]) for row in told] == [("mention", str(drafted.pk))]
    alice.refresh_from_db()
    assert (alice.posts_count, published(), drafts(client)) == (2, 1, [])


def test_whom_the_caption_names_is_looked_up_when_it_is_published(client, client_for, alice):
    photo = factories.media(alice)
    body = {"media": [str(photo.pk)], "caption": "with @latecomer", "draft": True}
    number = client.post("/v1/posts", body).json()["id"]
    late = factories.person("latecomer")
    assert client.post(f"/v1/posts/{number}/publish").json()["mentions"] == ["latecomer"]
    drain()
    assert len(client_for(late).get("/v1/notifications").json()["results"]) == 1


def test_everything_of_it_can_be_changed_without_a_mark(client, client_for, alice, bob, drafted):
    old = [item.media for item in drafted.items.order_by("position")]
    new = factories.media(alice)
    body = {
        "media": [str(new.pk), str(old[1].pk)], "caption": "Later #later", "tags": ["night"], "place": "Pera",
        "alt_texts": {str(new.pk): "A bridge"}, "media_latitude": "41", "media_longitude": "29",
        "user_latitude": "1", "user_longitude": "2", "audience": "close_friends", "comments_enabled": False,
    }  # fmt: skip
    answer = client.patch(f"/v1/posts/{drafted.pk}", body)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert [media["id"] for media in shown["media"]] == body["media"]
    assert (shown["caption"], shown["tags"], shown["place"]["name"]) == ("Later #later", ["later", "night"], "Pera")
    assert (shown["audience"], shown["user_latitude"], shown["media"][0]["alt_text"]) == (
        "close_friends",
        "1.000000",
        "A bridge",
    )
    assert (shown["edited"], shown["state"], shown["mentions"]) == (False, "draft", [])
    assert [Media.objects.get(pk=one.pk).references for one in (*old, new)] == [0, 1, 1]
    drain()
    assert not Event.objects.filter(name="post_edited").exists()
    publish(client, drafted)
    assert client_for(bob).get(f"/v1/posts/{drafted.pk}").status_code == 404  # for close friends now
    alice.refresh_from_db()
    assert alice.posts_count == 0


@pytest.mark.parametrize("which", ["foreign", "failed", "absent"])
def test_media_that_cannot_be_shown_are_refused_and_change_nothing(client, alice, charlie, drafted, which):
    other = {
        "foreign": lambda: factories.media(charlie).pk,
        "failed": lambda: factories.media(alice, state=Media.State.FAILED).pk,
        "absent": lambda: 4711,
    }[which]()
    before = list(drafted.items.order_by("position").values_list("media", flat=True))
    answer = client.patch(f"/v1/posts/{drafted.pk}", {"media": [str(before[0]), str(other)]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/media")
    assert list(drafted.items.order_by("position").values_list("media", flat=True)) == before
    assert set(Media.objects.filter(pk__in=before).values_list("references", flat=True)) == {1}


@pytest.mark.parametrize(
    "body",
    [{"audience": "close_friends"}, {"user_latitude": "1", "user_longitude": "2"}],
    ids=lambda body: next(iter(body)),
)
def test_of_a_published_one_some_things_stay_as_they_are(client, alice, drafted, body):
    publish(client, drafted)
    answer = client.patch(f"/v1/posts/{drafted.pk}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    same = client.patch(f"/v1/posts/{drafted.pk}", {"audience": "followers", "user_latitude": None})
    assert (same.status_code, same.json()["edited"]) == (200, False)
    other = factories.media(alice)
    answer = client.patch(f"/v1/posts/{drafted.pk}", {"media": [str(other.pk)]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_the_same")


def test_let_go_with_media_under_way_it_appears_when_they_are_ready(client, alice, settle):
    photo = factories.media(alice, state=Media.State.PROCESSING)
    number = client.post("/v1/posts", {"media": [str(photo.pk)], "draft": True}).json()["id"]
    settle(photo)
    assert client.get(f"/v1/posts/{number}").json()["state"] == "draft"
    Media.objects.filter(pk=photo.pk).update(state=Media.State.PROCESSING)
    assert client.post(f"/v1/posts/{number}/publish").json()["state"] == "processing"
    assert published() == 0
    settle(photo)
    assert client.get(f"/v1/posts/{number}").json()["state"] == "published"
    assert published() == 1


def test_one_that_failed_can_be_replaced(client, alice, drafted):
    first = drafted.items.order_by("position").first().media
    Media.objects.filter(pk=first.pk).update(state=Media.State.FAILED)
    assert client.get(f"/v1/posts/{drafted.pk}").json()["state"] == "draft"
    other = factories.media(alice)
    client.patch(f"/v1/posts/{drafted.pk}", {"media": [str(other.pk)]})
    assert publish(client, drafted).json()["state"] == "published"


def test_from_the_trash_it_comes_back_as_a_draft(client, drafted):
    assert client.delete(f"/v1/posts/{drafted.pk}").status_code == 204
    assert drafts(client) == []
    assert publish(client, drafted).status_code == 404
    assert client.post(f"/v1/posts/{drafted.pk}/restore").json()["state"] == "draft"
    assert published() == 0


def test_a_draft_is_not_archived_and_what_is_archived_not_let_go(client, drafted):
    answer = client.post(f"/v1/posts/{drafted.pk}/archive")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    publish(client, drafted)
    client.post(f"/v1/posts/{drafted.pk}/archive")
    answer = publish(client, drafted)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_others_may_not_publish_what_they_see(client_for, alice, bob):
    assert publish(client_for(bob), factories.post(alice)).status_code == 403


def test_there_is_a_most_and_clients_are_told(client, alice, drafted):
    assert client.get("/v1/instance").json()["limits"]["drafts"] == MAX_DRAFTS
    Post.objects.bulk_create(Post(author=alice, is_draft=True) for _ in range(MAX_DRAFTS - 1))
    answer = client.post("/v1/posts", {"media": [str(factories.media(alice).pk)], "draft": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_cap")
    client.delete(f"/v1/posts/{drafted.pk}")
    assert client.post("/v1/posts", {"media": [str(factories.media(alice).pk)], "draft": True}).status_code == 201
    assert client.post(f"/v1/posts/{drafted.pk}/restore").status_code == 409
    assert Post.objects.drafts_of(alice).count() == MAX_DRAFTS


def test_a_retried_draft_is_the_first_one(client, alice):
    body = {"media": [str(factories.media(alice).pk)], "draft": True}
    made = [client.post("/v1/posts", body, headers={"Idempotency-Key": "k"}).json()["id"] for _ in range(2)]
    assert made[0] == made[1]
    answer = client.post("/v1/posts", {**body, "draft": False}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_the_form_of_a_draft_works(alice):
    browser = browser_of(alice)
    form = {"csrfmiddlewaretoken": token_in(browser.get("/v1/posts")), "media": str(factories.media(alice).pk)}
    assert browser.post("/v1/posts", {**form, "draft": "true"}).status_code == 201
    draft = Post.objects.get()
    assert draft.is_draft
    page = browser.get(f"/v1/posts/{draft.pk}").content.decode()
    assert 'name="audience"' in page
    assert "/publish" in page
    form = {"csrfmiddlewaretoken": token_in(browser.get("/v1/me/drafts"))}
    assert browser.post(f"/v1/posts/{draft.pk}/publish", form).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_published_edited_and_deleted_at_once_it_has_one_effect(client_for, alice, drafted, run_concurrently):
    """Whoever comes first: it is published once or in the trash, and counts equal rows."""
    clients = [client_for(alice) for _ in range(8)]
    other = factories.media(alice)
    path = f"/v1/posts/{drafted.pk}"
    calls = [partial(publish, one, drafted) for one in clients[:4]]
    calls += [partial(one.patch, path, {"media": [str(other.pk)], "caption": "#now"}) for one in clients[4:6]]
    calls += [partial(one.delete, path) for one in clients[6:]]
    answers = run_concurrently(calls)
    assert {answer.status_code for answer in answers} <= {200, 204, 400, 404}
    post = Post.objects.get(pk=drafted.pk)
    assert post.deleted_at is not None
    assert published() == (0 if post.is_draft else 1)
    assert User.objects.get(pk=alice.pk).posts_count == 0
    held = set(post.items.values_list("media", flat=True))
    assert set(Media.objects.filter(references=1).values_list("pk", flat=True)) == held
    assert (
        Tag.objects.filter(post_tags__timeline_id__isnull=True, post_tags__post__timeline_id__isnull=False).count() == 0
    )


@pytest.mark.django_db(transaction=True)
def test_media_that_become_ready_while_it_is_let_go_are_not_missed(client, alice, run_concurrently):
    """Their task looks while the draft is still one for everybody else."""
    photo = factories.media(alice, state=Media.State.PROCESSING)
    number = client.post("/v1/posts", {"media": [str(photo.pk)], "draft": True}).json()["id"]

    def become_ready():
        Media.objects.filter(pk=photo.pk).update(state=Media.State.READY)
        actions.publish_when_ready(media_id=photo.pk)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.publish_draft(post=Post.objects.get(pk=number))
            task = pool.submit(run_concurrently, [become_ready])
            wait_for_waiting(seconds=3)
        task.result()
    assert client.get(f"/v1/posts/{number}").json()["state"] == "published"
    assert published() == 1
