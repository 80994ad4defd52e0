"""What happened to whom, and who caused it.

A `Notification` gathers the causes of one kind about one thing; each `Cause` is one fact, written once. Both say what
was told, not what may be shown: that is decided when they are read, by the one visibility rule and by the rows of the
fact itself (the like, the follow), so that what was taken back or is hidden is gone at once, and back when it is.
"""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BigIntegerField, OuterRef, Q, Subquery, Value
from django.db.models.lookups import Exact, In, IsNull

from api.compiled import any_of
from api.ids import IdField
from media.models import Media
from notifications.models.inboxes import seen_by
from notifications.models.kinds import Kind
from posts.models import Comment, CommentLike, CommentMention, Mention, Post, Reaction
from social.models import Follow
from social.visibility import muted_by, no_block_with, not_away
from stories.models import Story

NEWEST_LIKES = 128  # of a post: who is among them is not looked for alone. Some more than are counted


def _there_is(rows: models.QuerySet[Any, Any]) -> Q:
    """`Exists`, of one index probe for each row of the outer query.

    Of an `EXISTS` PostgreSQL may make a hash of the inner table, which is all likes or posts that there are.
    """
    return Q(IsNull(Subquery(rows.order_by().values("pk")[:1]), False))


class NotificationQuerySet(models.QuerySet["Notification"]):
    def on_visible(self, viewer: AbstractBaseUser) -> Self:
        """The viewer's, about themselves or about something that they may see now."""
        comments = Comment.objects.visible_to(viewer).filter(pk=OuterRef("comment"))
        posts = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"))
        stories = Story.objects.visible_to(viewer).filter(pk=OuterRef("story"))
        media = Media.objects.owned_by(viewer).filter(pk=OuterRef("media"), state=Media.State.FAILED)
        about = (
            Q(kind__in=[Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED, Kind.MODERATION])
            | (Q(comment__isnull=False) & _there_is(comments))
            | (Q(comment__isnull=True, post__isnull=False) & _there_is(posts))
            | (Q(story__isnull=False) & _there_is(stories))
            | (Q(media__isnull=False) & _there_is(media))
        )
        return self.filter(about, recipient=viewer.pk)

    def shown_to(self, viewer: AbstractBaseUser) -> Self:
        """As `on_visible`, with a cause that the viewer may see; the newest of these is `newest`, in whose order and
        under whose id it is shown."""
        causes = Cause.objects.of_each().visible_to(viewer).order_by("-pk")
        newest = Subquery(causes.values("pk")[:1], output_field=BigIntegerField())
        return self.on_visible(viewer).annotate(newest=newest).filter(newest__isnull=False)

    def unseen_by(self, viewer: AbstractBaseUser) -> Self:
        """Those shown to the viewer that have something new for them."""
        causes = Cause.objects.of_each().filter(pk__gt=seen_by(viewer)).visible_to(viewer)
        return self.on_visible(viewer).filter(_there_is(causes), newest_id__gt=seen_by(viewer))


class Notification(models.Model):
    """What happened of one kind, about one thing (`subject_id`), to one person, from one look at the list to the next.

    `epoch` is what the person had seen when the first cause was written. `newest_id` is its newest cause, shown or not.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind)
    subject_id = models.BigIntegerField(
        help_text="Of the post, comment, story, media, decision or follow; 0: the person."
    )
    epoch = models.BigIntegerField()
    newest_id = models.BigIntegerField()
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    media = models.ForeignKey(Media, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    details = models.TextField(blank=True, default="", db_default="", help_text="Of a decision: its JSON.")
    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject_id", "epoch"], name="one_notification_per_thing_and_epoch"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-newest_id"], name="notifications_of_person"),
            models.Index(fields=["newest_id"], name="notifications_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} → {self.recipient_id}"


class CauseQuerySet(models.QuerySet["Cause"]):
    """Both are for a query of notifications, whose columns they refer to: joined, each notification would be looked for
    once more for every cause."""

    def of_each(self) -> Self:
        """The causes of each notification of the outer query."""
        return self.filter(notification=OuterRef("pk"))

    def visible_to(self, viewer: AbstractBaseUser, *, many: bool = False) -> Self:
        """By nobody (a failed media, a decision), or by somebody whom the viewer sees and has not muted; and not taken
        back. Where `many` are asked for, that likes are still there is asked of the newest ones together."""
        shown = no_block_with(viewer, "actor") & ~muted_by(viewer, "actor")
        return self.filter(not_away("actor"), shown, _still_so(viewer, many=many))


def _still_so(viewer: AbstractBaseUser, *, many: bool) -> Q:
    """The fact is a row still; of kinds whose fact is the comment or story itself, `on_visible` says so."""
    actor, post, comment = OuterRef("actor"), OuterRef(OuterRef("post")), OuterRef(OuterRef("comment"))
    follows = Follow.objects.filter(follower=actor, followee=viewer.pk)
    accepted = Follow.objects.accepted().filter(pk=OuterRef(OuterRef("subject_id")), follower=viewer.pk)
    in_comment = _there_is(CommentMention.objects.filter(comment=comment, user=viewer.pk))
    in_caption = Q(IsNull(OuterRef("comment"), True)) & _there_is(Mention.objects.filter(post=post, user=viewer.pk))
    likes = Reaction.objects.likes().filter(post=post)
    rows: dict[str, Q] = {
        Kind.LIKE: _there_is(likes.filter(user=actor)),
        Kind.FOLLOW: _there_is(follows.accepted()),
        Kind.COMMENT_LIKE: _there_is(CommentLike.objects.filter(comment=comment, user=actor)),
        Kind.FOLLOW_REQUEST: _there_is(follows.pending()),
        Kind.REQUEST_ACCEPTED: _there_is(accepted),
        Kind.MENTION: in_comment | in_caption,
    }
    if many:
        newest = ArraySubquery(likes.order_by("-pk").values("user")[:NEWEST_LIKES])
        rows[Kind.LIKE] = Q(any_of("actor", newest)) | rows[Kind.LIKE]
    so = Q(In(OuterRef("kind"), [kind for kind in Kind if kind not in rows]))
    for kind, row in rows.items():
        so |= Q(Exact(OuterRef("kind"), Value(kind))) & row
    return so


class Cause(models.Model):
    """One fact in a notification. Its ids grow in the order in which a person's causes are committed."""

    id = IdField()
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="causes", db_index=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    objects = CauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "actor"], name="one_cause_per_person", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["notification", "-id"], name="causes_of_notification")]

    def __str__(self) -> str:
        return f"{self.actor_id} in {self.notification_id}"
