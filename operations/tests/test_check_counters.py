"""Counters that differ from their rows are found, told and set right, also while they move.

Mutants: a batch's last row skipped; a repair that adds the difference instead of counting under the lock.
"""

from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from operations import counters
from operations.actions import mend
from operations.counters import all_counters, differences
from posts.models import Comment, CommentLike, Post, Reaction
from tests.support import factories


def run(*arguments):
    out = StringIO()
    call_command("check_counters", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def world(client_for, alice, bob, charlie):
    """A post that bob likes and charlie does not, with a thread, and a follow."""
    post = factories.post(alice)
    User.objects.filter(pk=alice.pk).update(posts_count=1)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    client_for(charlie).put(f"/v1/posts/{post.pk}/dislike")
    top = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "top"}, format="json").json()["id"]
    reply = {"text": "reply", "reply_to": top}
    client_for(charlie).post(f"/v1/posts/{post.pk}/comments", reply, format="json")
    client_for(alice).put(f"/v1/comments/{top}/like")
    return post


OWNERS = {"post": Post, "comment": Comment, "user": User}


def test_what_the_api_counts_differs_nowhere(world):
    assert run() == "0 differ\n"


def test_comments_that_are_gone_or_hidden_are_counted_nowhere(client_for, alice, bob, charlie, world):
    client, path = client_for(bob), f"/v1/posts/{world.pk}/comments"
    client_for(alice).put("/v1/me/hidden-words", {"words": ["hush"]})
    for text in ("hush", "hush now"):
        hidden = client.post(path, {"text": text}).json()["id"]
        client.post(path, {"text": "under it", "reply_to": hidden})
    client.delete(f"/v1/comments/{hidden}")
    top = Comment.objects.get(text="top")
    client.post(path, {"text": "hush, too", "reply_to": str(top.pk)})
    client.delete(f"/v1/comments/{top.pk}")
    assert run() == "0 differ\n"
    assert (Post.objects.get(pk=world.pk).comments_count, Comment.objects.get(pk=top.pk).replies_count) == (1, 1)


@pytest.mark.parametrize("name", [counter.name for counter in all_counters()])
@pytest.mark.parametrize("wrong", [0, 7])
def test_each_counter_is_found_and_set_right(world, name, wrong):
    model, field = name.split(".")
    rows = OWNERS[model].objects.filter(**{f"{field}__gt": 0})
    owner, right = rows.values_list("pk", field)[0]
    assert right
    OWNERS[model].objects.filter(pk=owner).update(**{field: wrong})
    with pytest.raises(CommandError):
        run()
    line = f"{name} of {owner}: says {wrong}, rows are {right}\n"
    assert run("--repair") == f"{line}1 differ, repaired\n"
    assert OWNERS[model].objects.values_list(field, flat=True).get(pk=owner) == right
    assert run() == "0 differ\n"


def test_all_batches_are_looked_at(alice, monkeypatch):
    monkeypatch.setattr(counters, "BATCH", 2)
    posts = [factories.post(alice, photos=0) for _ in range(5)]
    Post.objects.update(likes_count=3)
    found = [difference.owner_id for difference in differences(all_counters()[0])]
    assert found == [post.pk for post in posts]


def test_deleted_comments_and_their_likes_count_for_nothing(world, client_for, alice):
    top = Comment.objects.get(parent=None)
    client_for(alice).delete(f"/v1/comments/{top.pk}")
    assert CommentLike.objects.exists()
    assert run() == "0 differ\n"


def test_a_row_that_is_gone_meanwhile_is_left(world):
    Post.objects.filter(pk=world.pk).update(likes_count=5)
    (difference,) = differences(all_counters()[0])
    mend(difference=counters.Difference(difference.counter, 1, 5, 1))
    mend(difference=difference)
    assert run() == "0 differ\n"


@pytest.mark.django_db(transaction=True)
def test_mended_while_many_like_it(client_for, alice, run_concurrently):
    post = factories.post(alice)
    people = [factories.person() for _ in range(7)]
    (likes, *_) = all_counters()
    for _ in range(3):
        Post.objects.filter(pk=post.pk).update(likes_count=40)
        wrong = counters.Difference(likes, post.pk, 40, 0)
        calls = [partial(client_for(one).put, f"/v1/posts/{post.pk}/like") for one in people]
        run_concurrently([*calls, lambda wrong=wrong: mend(difference=wrong)])
        post.refresh_from_db()
        assert post.likes_count == Reaction.objects.filter(post=post).count() == 7
        run_concurrently([partial(client_for(one).delete, f"/v1/posts/{post.pk}/like") for one in people])
        assert not list(differences(likes))
