"""What is taken down loses every address at once, keeps its original for its owner, and comes back under new ones.

Mutants: a take-down that leaves the files; one that fails with the store; media that can be shown anew.
"""

from functools import partial

import pytest
from django.utils import timezone

from events.models import Delivery
from events.relay import arguments_of, claim, expand, messages, task_named
from media import actions
from media.models import Media
from media.tests.support.photographs import downloaded, photo, send
from posts import actions as posts
from posts.models import PostMedia
from stories import actions as stories
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(client_for, alice):
    media_id = send(client_for(alice), photo("JPEG", 400, 300)).json()["id"]
    drain()
    return media_id


def publish(client, media_id, **fields):
    return client.post("/v1/posts", {"media": [media_id], **fields}).json()


def addresses(shown):
    return [shown["url"], *(one["url"] for one in shown["renditions"])]


def files(objects, prefix):
    """What of a folder is there and not empty: credentials that may not delete leave empty objects."""
    return [key for key in objects.renditions() if f"/{prefix}/" in key and objects[key]]


def deliver_once():
    """Each task that is due, whatever comes of it."""
    expand()
    for task, ids in messages(claim()):
        task_named(task).run(**arguments_of(task, ids))


def test_a_take_down_ends_every_address_and_putting_back_gives_new_ones(client_for, alice, bob, picture, objects):
    her, his = client_for(alice), client_for(bob)
    post = publish(her, picture)
    before = his.get(f"/v1/posts/{post['id']}").json()["media"][0]
    prefix = Media.objects.get().prefix
    assert all(downloaded(his, address) for address in addresses(before))
    posts.take_down(post_id=int(post["id"]))
    drain()
    assert files(objects, prefix) == []
    withdrawn = Media.objects.get().prefix
    posts.put_back(post_id=int(post["id"]))
    drain()
    after = his.get(f"/v1/posts/{post['id']}").json()["media"][0]
    assert len({prefix, withdrawn, Media.objects.get().prefix}) == 3
    assert files(objects, withdrawn) == []
    assert [downloaded(his, address) for address in addresses(after)]
    assert [one["width"] for one in after["renditions"]] == [one["width"] for one in before["renditions"]]


def test_meanwhile_its_owner_has_the_original_and_no_address(client_for, alice, picture):
    her = client_for(alice)
    original = photo("JPEG", 400, 300)
    post = publish(her, picture)
    posts.take_down(post_id=int(post["id"]))
    shown = her.get(f"/v1/media/{picture}").json()
    assert (shown["state"], shown["url"], shown["renditions"], shown["poster"]) == ("ready", None, [], None)
    assert her.get("/v1/media").json()["results"] == [shown]
    assert downloaded(her, f"http://x/v1/media/{picture}/original") == original
    drain()
    assert her.get(f"/v1/media/{picture}").json() == shown
    posts.put_back(post_id=int(post["id"]))
    assert her.get(f"/v1/media/{picture}").json()["url"]


@pytest.mark.parametrize("of", ["post", "story"])
def test_it_can_be_shown_nowhere_anew_until_all_of_it_is_put_back(client_for, alice, picture, of):
    her = client_for(alice)
    other = publish(her, picture)
    if of == "post":
        shown = publish(her, picture)
        down, back = (partial(act, post_id=int(shown["id"])) for act in (posts.take_down, posts.put_back))
    else:
        shown = her.post("/v1/stories", {"media": picture}).json()
        down, back = (partial(act, story_id=int(shown["id"])) for act in (stories.take_down, stories.put_back))

    def tries():
        story = her.post("/v1/stories", {"media": picture})
        return [
            her.post("/v1/posts", {"media": [picture]}), story, her.put("/v1/me/avatar", {"media": picture}),
        ]  # fmt: skip

    down()
    posts.take_down(post_id=int(other["id"]))
    posts.put_back(post_id=int(other["id"]))
    refused = tries()
    assert {answer.status_code for answer in refused} == {400}
    assert {answer.json()["errors"][0]["code"] for answer in refused} == {"media_taken_down"}
    assert her.get(f"/v1/posts/{other['id']}").json()["media"][0]["url"]  # it was not what was judged
    back()
    assert {answer.status_code for answer in tries()} <= {200, 201}
    assert Media.objects.get().withheld == 0


def test_what_is_away_does_not_come_with_them(client_for, alice, picture):
    her = client_for(alice)
    post, archived, trashed = (publish(her, picture) for _ in range(3))
    her.post(f"/v1/posts/{archived['id']}/archive")
    her.delete(f"/v1/posts/{trashed['id']}")
    waiting = factories.post(alice, photos=0, live=False)
    PostMedia.objects.create(post=waiting, media_id=picture, position=0)
    posts.take_down(post_id=int(post["id"]))
    comes = (
        partial(her.post, f"/v1/posts/{archived['id']}/unarchive"),
        partial(her.post, f"/v1/posts/{trashed['id']}/restore"),
    )
    assert [(answer.status_code, answer.json()["code"]) for answer in (one() for one in comes)] == [
        (409, "conflict")
    ] * 2
    posts.publish_when_ready(media_id=int(picture))
    assert her.get("/v1/users/alice/posts").json()["results"] == []
    posts.put_back(post_id=int(post["id"]))
    drain()
    assert [one().status_code for one in comes] == [200, 200]
    assert len(her.get("/v1/users/alice/posts").json()["results"]) == 4


def test_with_the_store_away_the_take_down_holds_and_the_files_move_later(
    client_for, alice, bob, picture, outage, objects
):
    her, his = client_for(alice), client_for(bob)
    post = publish(her, picture)
    prefix = Media.objects.get().prefix
    drain()
    with outage():
        assert posts.take_down(post_id=int(post["id"]))
        assert his.get(f"/v1/posts/{post['id']}").status_code == 404
        deliver_once()
    delivery = Delivery.objects.get(task="media.tasks.withdraw")
    assert (delivery.done_at, delivery.dead_at) == (None, None)
    assert files(objects, prefix)
    Delivery.objects.update(lease_until=timezone.now(), last_error="")
    drain()
    assert files(objects, prefix) == []
    assert files(objects, Media.objects.get().prefix)


@pytest.mark.parametrize("done", ["nothing", "copied", "moved"])
def test_a_worker_that_takes_it_up_again_completes_the_move(client_for, alice, picture, objects, monkeypatch, done):
    post = publish(client_for(alice), picture)
    old = Media.objects.get().prefix
    drain()
    posts.take_down(post_id=int(post["id"]))
    step = {"nothing": "copy_rendition", "copied": "remove_renditions", "moved": "remove_renditions"}[done]

    def killed(*_):
        if done == "copied":
            Media.objects.update(prefix=old)
        raise RuntimeError("as a kill would")

    with monkeypatch.context() as patched:  # a crash at this very line cannot be timed from outside
        patched.setattr(f"media.actions.withdrawing.layout.{step}", killed)
        deliver_once()
    delivery = Delivery.objects.get(task="media.tasks.withdraw")
    assert delivery.progress["old"] == old
    Delivery.objects.update(lease_until=timezone.now(), last_error="")
    drain()
    new = Media.objects.get().prefix
    assert new == delivery.progress["new"]
    assert files(objects, old) == []
    assert files(objects, new)
    assert {key.split("/")[2] for key in objects.renditions() if objects[key]} == {new}


def test_twice_and_several_at_once_leave_one_folder(client_for, alice, picture, objects):
    names = len(objects.renditions())
    for _ in range(2):
        actions.withdraw(media_id=int(picture))
    first = Media.objects.get().prefix

    def another_was_faster(old, new):
        actions.withdraw(media_id=int(picture))
        return old, new

    actions.withdraw(media_id=int(picture), note=another_was_faster)
    assert Media.objects.get().prefix != first
    left = [key for key in objects.renditions() if objects[key]]
    assert {key.split("/")[2] for key in left} == {Media.objects.get().prefix}
    assert len(left) == names


def test_a_file_that_is_lost_stops_nothing(client_for, alice, picture, objects):
    lost = objects.renditions()[0]
    del objects[lost]
    actions.withdraw(media_id=int(picture))
    assert files(objects, Media.objects.get().prefix)


def test_one_that_was_purged_meanwhile_is_no_failure():
    actions.withdraw(media_id=1)


def test_one_without_renditions_has_nothing_to_move(client_for, alice):
    media_id = send(client_for(alice), photo("JPEG", 400, 300)).json()["id"]
    prefix = Media.objects.get().prefix
    actions.withdraw(media_id=int(media_id))
    assert Media.objects.get().prefix == prefix  # which a worker is about to fill
