"""Notifications: what happened to whom, and who caused it.

A `Notification` gathers the causes of one kind about one thing; each `Cause` is one fact, written once. Both say what
was told, not what may be shown: that is decided when they are read, by the one visibility rule and by the rows of the
fact itself (the like, the follow), so that what was taken back or is hidden is gone at once, and back when it is.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import BigIntegerField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from api.ids import IdField
from media.models import Media
from posts.models import Comment, CommentLike, Mention, Post, Reaction
from social.models import Follow
from social.visibility import muted_by, name_visible_to
from stories.models import Story


class Kind(models.TextChoices):
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    REQUEST_ACCEPTED = "request_accepted"
    LIKE = "like"
    COMMENT = "comment"
    REPLY = "reply"
    MENTION = "mention"
    COMMENT_LIKE = "comment_like"
    STORY = "story"
    MEDIA_FAILED = "media_failed"


class From(models.TextChoices):
    """From whom somebody wants notifications of a kind."""

    EVERYBODY = "everybody"
    PEOPLE_I_FOLLOW = "people_i_follow"
    NOBODY = "nobody"


class Every(models.TextChoices):
    """How often somebody wants a digest by mail."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


PERIODS: dict[str, timedelta] = {Every.DAILY: timedelta(days=1), Every.WEEKLY: timedelta(days=7)}


class InboxQuerySet(models.QuerySet["Inbox"]):
    def due_at(self, moment: datetime) -> Self:
        """Whose next digest is to be begun."""
        return self.filter(digest_due_at__lte=moment)

    def of(self, person: AbstractBaseUser) -> "Inbox":
        """The person's, or one with the defaults."""
        return self.filter(person=person.pk).first() or Inbox(person_id=person.pk)


def _choice(default: str = From.EVERYBODY) -> Any:
    return models.CharField(max_length=16, choices=From, default=default, db_default=default)


class Inbox(models.Model):
    """What a person wants to be told of, and how far they have seen it. Without a row, the defaults."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="inbox"
    )
    seen_id = models.BigIntegerField(default=0, db_default=0, help_text="Causes up to this one are seen.")
    follow = _choice()
    follow_request = _choice()
    request_accepted = _choice()
    like = _choice()
    comment = _choice()
    reply = _choice()
    mention = _choice()
    comment_like = _choice()
    story = _choice(From.NOBODY)
    digest = models.CharField(max_length=8, choices=Every, default=Every.OFF, db_default=Every.OFF)
    digest_due_at = models.DateTimeField(null=True, blank=True)
    digest_id = models.BigIntegerField(default=0, db_default=0, help_text="Causes up to this one were mailed.")
    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inboxes"
        indexes = [models.Index(fields=["digest_due_at"], name="digests_due", condition=Q(digest_due_at__isnull=False))]

    def __str__(self) -> str:
        return f"inbox of {self.person_id}"


CHOICES = tuple(kind.value for kind in Kind if kind != Kind.MEDIA_FAILED)  # the kinds that somebody may limit


def seen_by(viewer: AbstractBaseUser) -> Combinable:
    """The id of the last cause that the viewer has seen."""
    seen = Inbox.objects.filter(person=viewer.pk).values("seen_id")
    return Coalesce(Subquery(seen), Value(0), output_field=BigIntegerField())


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
            Q(kind__in=[Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED])
            | (Q(comment__isnull=False) & _there_is(comments))
            | (Q(comment__isnull=True, post__isnull=False) & _there_is(posts))
            | (Q(story__isnull=False) & _there_is(stories))
            | (Q(media__isnull=False) & _there_is(media))
        )
        return self.filter(about, recipient=viewer.pk)

    def shown_to(self, viewer: AbstractBaseUser) -> Self:
        """As `on_visible`, with a cause that the viewer may see; the newest of these is `newest`, in whose order and
        under whose id it is shown."""
        causes = Cause.objects.filter(notification=OuterRef("pk")).visible_to(viewer).order_by("-pk")
        newest = Subquery(causes.values("pk")[:1], output_field=BigIntegerField())
        return self.on_visible(viewer).annotate(newest=newest).filter(newest__isnull=False)

    def unseen_by(self, viewer: AbstractBaseUser) -> Self:
        """Those shown to the viewer that have something new for them."""
        causes = Cause.objects.filter(notification=OuterRef("pk"), pk__gt=seen_by(viewer)).visible_to(viewer)
        return self.on_visible(viewer).filter(_there_is(causes), newest_id__gt=seen_by(viewer))


class Notification(models.Model):
    """What happened of one kind, about one thing (`subject_id`), to one person, from one look at the list to the next.

    `epoch` is what the person had seen when the first cause was written. `newest_id` is its newest cause, shown or not.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind)
    subject_id = models.BigIntegerField(help_text="Of the post, comment, story, media or follow; 0: the person.")
    epoch = models.BigIntegerField()
    newest_id = models.BigIntegerField()
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    media = models.ForeignKey(Media, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
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
    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """By nobody (a failed media), or by somebody whom the viewer sees and has not muted; and not taken back."""
        shown = name_visible_to(viewer, "actor") & ~muted_by(viewer, "actor")
        return self.filter(Q(actor__isnull=True) | shown, _still_so(viewer))


def _still_so(viewer: AbstractBaseUser) -> Q:
    """The fact is a row still; of kinds whose fact is the comment or story itself, `on_visible` says so."""
    actor, post, comment = (OuterRef(name) for name in ("actor", "notification__post", "notification__comment"))
    follows = Follow.objects.filter(follower=actor, followee=viewer.pk)
    accepted = Follow.objects.accepted().filter(pk=OuterRef("notification__subject_id"), follower=viewer.pk)
    named = Q(notification__comment__isnull=False) | _there_is(Mention.objects.filter(post=post, user=viewer.pk))
    rows: dict[str, Q] = {
        Kind.LIKE: _there_is(Reaction.objects.likes().filter(post=post, user=actor)),
        Kind.FOLLOW: _there_is(follows.accepted()),
        Kind.COMMENT_LIKE: _there_is(CommentLike.objects.filter(comment=comment, user=actor)),
        Kind.FOLLOW_REQUEST: _there_is(follows.pending()),
        Kind.REQUEST_ACCEPTED: _there_is(accepted),
        Kind.MENTION: named,
    }
    so = Q(notification__kind__in=[kind for kind in Kind if kind not in rows])
    for kind, row in rows.items():
        so |= Q(notification__kind=kind) & row
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


class Digest(models.Model):
    """A mail of what is new to somebody, sent once. What it says is found out when it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    address = models.EmailField(max_length=256)
    every = models.CharField(max_length=8, help_text="day or week")
    after_id = models.BigIntegerField(help_text="What is newer than this cause is new.")
    created_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="A worker is sending it, until then at most.")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="Nothing to say, nobody to send it to, or refused."
    )

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="digests_by_age")]

    def __str__(self) -> str:
        return f"digest to {self.address}"
