"""`create_once` beside the races that HTTP tests cannot stage: the other row gone again, another constraint broken.

Mutants: a second insert that is not tried; an `IntegrityError` taken for a repeated key.
"""

import pytest
from django.db import IntegrityError

from api.models import KeyedQuerySet
from posts.models import Comment, Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_first_row_that_is_deleted_by_then_is_made_again(alice, monkeypatch):
    first = Post.objects.create(author=alice, idempotency_key="k1", idempotency_hash="h")
    look_up = KeyedQuerySet.first_made_with

    def deleted_meanwhile(rows, *args):  # between the failed insert and the look-up, where no request can be held
        first.delete()
        return look_up(rows, *args)

    monkeypatch.setattr(KeyedQuerySet, "first_made_with", deleted_meanwhile)
    post, is_new = Post.objects.create_once(Post(author=alice, idempotency_key="k1", idempotency_hash="h"))
    assert is_new
    assert list(Post.objects.all()) == [post]


@pytest.mark.parametrize("key", [None, "k1"])
def test_other_constraints_speak_up(alice, key):
    taken = factories.post(alice)
    with pytest.raises(IntegrityError):
        Post.objects.create_once(Post(author=alice, timeline_id=taken.timeline_id, idempotency_key=key))


def test_keys_of_two_kinds_of_rows_do_not_meet(alice):
    post, _ = Post.objects.create_once(Post(author=alice, idempotency_key="k1"))
    comment, is_new = Comment.objects.create_once(Comment(author=alice, post=post, text="x", idempotency_key="k1"))
    assert is_new
    assert comment.pk != post.pk
