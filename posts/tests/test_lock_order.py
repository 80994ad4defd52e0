"""Whoever changes media has their owner's lock first, so that two at once wait in a row and not for each other."""

import threading

import pytest
from django.db import transaction

from accounts.models import User
from media.models import Media
from posts import actions
from posts.models import Post
from tests.support import factories
from tests.support.locks import wait_for_waiting

pytestmark = pytest.mark.django_db(transaction=True)


def put_back_what_waits(post):
    Post.objects.filter(pk=post.pk).update(removed_at="2026-11-27T00:00:00Z")
    return lambda: actions.put_back(post_id=post.pk)


def leave_out_what_failed(post):
    failed = post.items.order_by("position").last().media
    Media.objects.filter(pk=failed.pk).update(state="failed", error_code="damaged_file")
    return lambda: actions.edit(post=post, changes={"media": [post.items.order_by("position").first().media_id]})


@pytest.mark.parametrize("prepare", [put_back_what_waits, leave_out_what_failed])
def test_people_are_locked_before_media(alice, run_concurrently, prepare):
    post = factories.post(alice, photos=2, live=False)
    write, is_locked = prepare(post), threading.Event()

    def attach_slowly():
        with transaction.atomic():
            User.objects.get_queryset().select_for_update(no_key=True).get(pk=alice.pk)
            is_locked.set()
            wait_for_waiting()  # the other one, for the person
            list(Media.objects.filter(owner=alice).select_for_update(nowait=True))

    def write_meanwhile():
        assert is_locked.wait(10)
        write()

    run_concurrently([attach_slowly, write_meanwhile])
    assert Post.objects.get(pk=post.pk).is_live
