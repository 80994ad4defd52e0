"""Comments, two levels deep: a reply to a reply joins the thread of the top comment and keeps `reply_to`.

A top comment that was deleted or taken down, or whose author is away, keeps the place of its replies: it is listed
without author and words for whoever sees one of them.

A comment with a word that the post's author does not want to read is *hidden*: there for its writer, as if it was not,
and in a list of its own for the post's author. A reply under a hidden comment is hidden, too.
"""

from datetime import datetime
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from accounts.models import active_q, card_version
from api.ids import IdField
from api.models import Keyed, KeyedQuerySet
from api.words import Words
from posts.limits import MAX_COMMENT_LENGTH
from posts.models.liveness import live_q
from posts.models.posts import Post
from posts.models.reactions import OfPeopleQuerySet
from social.visibility import content_visible_to, name_visible_to, no_block_with, person_visible_to


class CommentQuerySet(KeyedQuerySet["Comment"]):
    def standing(self) -> Self:
        """Neither deleted nor taken down; it may be hidden."""
        return self.filter(_standing_q())

    def live(self) -> Self:
        """Standing and not hidden: what counts."""
        return self.filter(_live_q())

    def hidden(self) -> Self:
        return self.filter(hidden_for__isnull=False)

    def hidden_for_author(self, person: AbstractBaseUser) -> Self:
        """What others wrote under the person's posts and the person has not let through."""
        return self.filter(_hidden_q(person))

    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Live, on a post one may see, by somebody one may see, and no block with whoever began the thread."""
        return self.filter(_visible_q(viewer))

    def readable_by(self, viewer: AbstractBaseUser) -> Self:
        """Visible, or under a live post of one's own: its author answers for all that others see there."""
        return self.filter(_visible_q(viewer) | _on_own_post_q(viewer))

    def listed_for(self, viewer: AbstractBaseUser) -> Self:
        """Readable, or the place of a top comment that is gone, with a reply that the viewer may read."""
        return self.filter(_visible_q(viewer) | _on_own_post_q(viewer) | _place_q(viewer))

    def shown_alone_to(self, viewer: AbstractBaseUser) -> Self:
        """What an address of a comment answers with: as `listed_for`, or hidden under a post of the viewer's."""
        listed = _visible_q(viewer) | _on_own_post_q(viewer) | _place_q(viewer)
        return self.filter(listed | _hidden_q(viewer))

    def deletable_by(self, person: AbstractBaseUser) -> Self:
        """Readable, or live and one's own: what one has said can be taken back wherever it stands."""
        readable = _visible_q(person) | _on_own_post_q(person)
        return self.standing().filter(Q(author=person.pk) | _hidden_q(person) | readable)

    def pinned_to(self, post: Post) -> Self:
        """What the post's author shows first."""
        return self.filter(post=post.pk, pinned_at__isnull=False)

    def for_display(self, viewer: AbstractBaseUser) -> Self:
        """With all that CommentSerializer shows; what it answers to is named only if the viewer may see that, and so
        are people."""
        people = self.select_related("author", "author__avatar").prefetch_related("author__avatar__renditions")
        return people.annotate(**_shown_to(viewer))

    def as_rows(self, viewer: AbstractBaseUser) -> "models.QuerySet[Comment, tuple[Any, ...]]":
        """The same as plain values: `CommentRow`s."""
        active = ExpressionWrapper(active_q("author"), output_field=models.BooleanField())
        rows = self.annotate(**_shown_to(viewer), author_version=card_version("author"), author_is_active=active)
        return rows.values_list(*CommentRow._fields)


class CommentRow(NamedTuple):
    """What a list shows of a comment."""

    pk: int
    post_id: int
    author_id: int | None
    author_version: str | None
    author__is_private: bool | None
    author_is_active: bool | None
    text: str
    shown_mentions: list[str]
    shown_reply_to: int | None
    parent_id: int | None
    replies_count: int
    likes_count: int
    pinned_at: datetime | None
    edited_at: datetime | None
    hidden_for_id: int | None
    deleted_at: datetime | None
    removed_at: datetime | None
    viewer_liked: bool
    created_at: datetime

    def is_gone_for(self, viewer: AbstractBaseUser) -> bool:
        """As `Comment.is_gone_for`."""
        return _is_gone(self, viewer, author_is_active=bool(self.author_is_active))


def _is_gone(comment: "Comment | CommentRow", viewer: AbstractBaseUser, *, author_is_active: bool) -> bool:
    """Deleted, taken down, by somebody who is away, or hidden from the viewer."""
    hidden = comment.hidden_for_id is not None and viewer.pk not in (comment.author_id, comment.hidden_for_id)
    return hidden or not author_is_active or bool(comment.deleted_at or comment.removed_at)


def _shown_to(viewer: AbstractBaseUser) -> dict[str, Any]:
    """What of a comment depends on the viewer."""
    liked = CommentLike.objects.filter(comment=OuterRef("pk"), user=viewer.pk)
    named = CommentMention.objects.filter(person_visible_to(viewer, "user"), comment=OuterRef("pk")).order_by("pk")
    return {
        "viewer_liked": Exists(liked),
        "shown_reply_to": Subquery(_answered_and_visible_to(viewer)),
        "shown_mentions": ArraySubquery(named.values("user__username")),
    }


def _standing_q() -> Q:
    return Q(deleted_at__isnull=True, removed_at__isnull=True)


def _live_q() -> Q:
    return _standing_q() & Q(hidden_for__isnull=True)


def _visible_q(viewer: AbstractBaseUser) -> Q:
    there = _standing_q() & (Q(hidden_for__isnull=True) | Q(author=viewer.pk))
    return there & _in_open_thread_q(viewer) & _on_visible_post_q(viewer) & _by_visible_person(viewer, "author")


def _on_visible_post_q(viewer: AbstractBaseUser) -> Q:
    return live_q("post") & content_visible_to(viewer, "post")


def _in_open_thread_q(viewer: AbstractBaseUser) -> Q:
    """(By a look at the parent alone: to join it, PostgreSQL would make a hash of all comments that there are.)"""
    open_to_viewer = Comment.objects.filter(no_block_with(viewer, "author"), pk=OuterRef("parent"))
    return Q(parent__isnull=True) | Q(IsNull(Subquery(open_to_viewer.values("pk")[:1]), False))


def _on_own_post_q(owner: AbstractBaseUser) -> Q:
    """What somebody else than the owner may see there: a block between owner and writer does not matter."""
    return _live_q() & Q(post__author=owner.pk) & live_q("post") & active_q("author")


def _hidden_q(owner: AbstractBaseUser) -> Q:
    return _standing_q() & Q(hidden_for=owner.pk) & live_q("post") & active_q("author")


def _place_q(viewer: AbstractBaseUser) -> Q:
    """A top comment that is gone, or was edited and is hidden since, with a reply that the viewer may read."""
    gone = ~_live_q() | ~active_q("author")
    seen = _on_visible_post_q(viewer) & (Q(post__author=viewer.pk) | no_block_with(viewer, "author"))
    under = Comment.objects.live().filter(parent=OuterRef("pk"))
    replies = under.filter(_by_visible_person(viewer, "author") | (Q(post__author=viewer.pk) & active_q("author")))
    return Q(parent__isnull=True, replies_count__gt=0) & gone & seen & Q(Exists(replies))


def _answered_and_visible_to(viewer: AbstractBaseUser) -> models.QuerySet[Any, Any]:
    named = _by_visible_person(viewer, "author") | (Q(post__author=viewer.pk) & active_q("author"))
    there = _standing_q() & (Q(hidden_for__isnull=True) | Q(author=viewer.pk))
    answered = Comment.objects.filter(there, named, pk=OuterRef("reply_to"))
    return answered.values("pk")


def _by_visible_person(viewer: AbstractBaseUser, path: str) -> Q:
    return Q(**{path: viewer.pk}) | name_visible_to(viewer, path)


class Comment(Keyed):
    key_owner = "author"
    id = IdField()
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="comments",
        help_text="Nobody, if the account was purged and others have replied.",
    )
    text = models.CharField(max_length=MAX_COMMENT_LENGTH)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    replies_count = models.PositiveIntegerField(default=0)
    likes_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True, help_text="When the post's author pinned it.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken down by a moderator.")
    hidden_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        help_text="The post's author, if it has one of their hidden words and was not approved.",
    )
    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                name="one_comment_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(deleted_at__isnull=False), name="comments_have_authors"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "-id"], name="top_comments", condition=Q(parent__isnull=True)),
            models.Index(
                fields=["post", "-likes_count", "-id"],
                name="liked_comments",
                condition=Q(parent__isnull=True, likes_count__gt=0),
            ),
            models.Index(fields=["post", "-pinned_at"], name="pinned_comments", condition=Q(pinned_at__isnull=False)),
            models.Index(fields=["hidden_for", "-id"], name="hidden_comments", condition=Q(hidden_for__isnull=False)),
            models.Index(fields=["parent", "id"], name="replies_in_order", condition=Q(parent__isnull=False)),
            models.Index(fields=["created_at"], name="keyed_comments", condition=Q(idempotency_key__isnull=False)),
            GinIndex(Words("text"), name="words_of_comments"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def is_gone_for(self, viewer: AbstractBaseUser) -> bool:
        """Deleted, taken down, by somebody who is away, or hidden from the viewer: reads `author`."""
        return _is_gone(self, viewer, author_is_active=self.author is not None and self.author.is_active)

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None


class CommentMention(models.Model):
    """Somebody named in a comment. Whether they may see it is the visibility rule's to say."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_mentions")
    name = models.CharField(max_length=30, help_text="As the comment has it, of the time it was said.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="no_mention_twice_in_a_comment")]

    def __str__(self) -> str:
        return f"user {self.user_id} in comment {self.comment_id}"


class CommentLike(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_likes")
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "comment"], name="one_like_per_person_and_comment")]
        indexes = [models.Index(fields=["comment", "-id"], name="likes_of_comment")]

    def __str__(self) -> str:
        return f"{self.user_id} likes comment {self.comment_id}"
