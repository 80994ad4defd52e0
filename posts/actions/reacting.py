"""Reactions and saves. Each is one row per person and post; the post's counters move in the same transaction.

A reaction is one statement, so that the post's row is locked only while PostgreSQL commits, and never while it waits
for this process: many like one post at once (ADR 22).
"""

import functools
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from api.compiled import CompiledWrite, Parameters, compiled
from api.correlation import current_request_id
from api.problems import Problem
from events.actions import record_in_statement
from posts.models import Post, Reaction, Save

# Whoever has not reacted yet gets a row, whoever changes their mind another kind and number, as the newest; where that
# is so, the counters move. `xmax` is 0 of a row that was inserted, not of one that was updated.
#
# `greatest` makes no counter right, it keeps the statement from failing: PostgreSQL checks constraints of an UPDATE
# first on the counter of the statement's snapshot, only then finds that it was changed meanwhile, and computes again.
# Who waited for their own other request takes back a like that the snapshot does not know of.
_REACT = """
WITH post(id) AS ({visible}),
changed AS (
    INSERT INTO posts_reaction (post_id, user_id, kind, created_at)
    SELECT id, %(viewer)s::bigint, %(kind)s::text, statement_timestamp() FROM post
    ON CONFLICT (user_id, post_id) DO UPDATE
    SET id = excluded.id, kind = excluded.kind, created_at = excluded.created_at
    WHERE posts_reaction.kind <> excluded.kind
    RETURNING post_id, kind, (xmax = 0) AS is_new
),
counted AS (
    UPDATE posts_post SET
        likes_count = greatest(0, likes_count + CASE WHEN kind = 'like' THEN 1 WHEN is_new THEN 0 ELSE -1 END),
        dislikes_count = greatest(0, dislikes_count + CASE WHEN kind = 'dislike' THEN 1 WHEN is_new THEN 0 ELSE -1 END)
    FROM changed WHERE posts_post.id = changed.post_id
    RETURNING likes_count, dislikes_count
),
told AS ({recorded})
SELECT likes_count, dislikes_count FROM counted
UNION ALL
SELECT NULL, NULL FROM post WHERE NOT EXISTS (SELECT FROM changed)
"""
_RECORDED = record_in_statement(
    "post_liked", "changed", "kind = 'like'", post_id="post_id", user_id="%(viewer)s::bigint"
)
_TAKE_BACK = """
WITH gone AS (
    DELETE FROM posts_reaction
    WHERE user_id = %(user)s::bigint AND post_id = %(post)s::bigint AND kind = ANY(%(kinds)s::text[])
    RETURNING post_id, kind
)
UPDATE posts_post SET
    likes_count = greatest(0, likes_count - CASE WHEN kind = 'like' THEN 1 ELSE 0 END),
    dislikes_count = greatest(0, dislikes_count - CASE WHEN kind = 'dislike' THEN 1 ELSE 0 END)
FROM gone WHERE posts_post.id = gone.post_id
RETURNING posts_post.id
"""


@compiled
def _counts(given: Parameters) -> QuerySet[Any, Any]:
    return Post.objects.filter(pk=given.id("post")).values_list("likes_count", "dislikes_count")


@functools.cache
def _reacting() -> CompiledWrite:
    given = Parameters()
    visible = Post.objects.visible_to(given.person("viewer")).filter(pk=given.id("post"))
    return CompiledWrite(_REACT.replace("{recorded}", _RECORDED), visible=visible.values("pk"))


@functools.cache
def _taking_back() -> CompiledWrite:
    return CompiledWrite(_TAKE_BACK)


def react(*, user: User, post_id: int, kind: str) -> tuple[int, int]:
    """Likes or dislikes; from one to the other is one step. Returns the post's new counts of likes and of dislikes.

    Raises `Problem("not_found")` if the person may not see the post.
    """
    request_id = current_request_id()
    counts = _reacting().rows(viewer=user.pk, post=post_id, kind=str(kind), request_id=request_id)
    if not counts:
        raise Problem("not_found")
    likes, dislikes = counts[0]
    if likes is None:  # nothing has changed: read now, for a request of the same wish may have ended meanwhile
        likes, dislikes = _counts().rows(post=post_id)[0]
    return likes, dislikes


def unreact(*, user: User, post_id: int, kind: str | None = None) -> None:
    """Takes back one's own reaction (of that `kind` only, if given), whether or not one still sees the post."""
    kinds = [kind] if kind else Reaction.Kind.values
    _taking_back().rows(user=user.pk, post=post_id, kinds=f"{{{','.join(kinds)}}}")


def save(*, user: User, post: Post) -> None:
    """Keeps the post in one's saved posts."""
    Save.objects.get_or_create(user=user, post=post)


@transaction.atomic
def unsave(*, user: User, post_id: int) -> None:
    """Forgets it again, also in all collections, whether or not one still sees the post."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=user.pk)  # before who puts it into a collection
    Save.objects.filter(user=user, post=post_id).delete()
