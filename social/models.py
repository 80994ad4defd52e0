"""Who follows, blocks and mutes whom, and who is close to whom.

People are read in people.py, lists in lists.py; the rule is in visibility.py.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from api.choices import Choices

USER = settings.AUTH_USER_MODEL


class FollowQuerySet(models.QuerySet["Follow"]):
    def accepted(self) -> Self:
        return self.filter(accepted_at__isnull=False)

    def pending(self) -> Self:
        return self.filter(accepted_at__isnull=True)


class Follow(models.Model):
    """`follower` follows `followee`; without `accepted_at` it is a request that gives no right at all."""

    follower = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="following_set")
    followee = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="follower_set")
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followee"], name="one_follow_per_pair"),
            models.CheckConstraint(condition=~Q(follower=F("followee")), name="nobody_follows_themselves"),
        ]
        indexes = [
            models.Index(
                fields=["followee", "follower"],
                name="accepted_followers",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(
                fields=["follower", "followee"],
                name="accepted_followees",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(fields=["followee", "id"], name="follow_requests", condition=Q(accepted_at__isnull=True)),
            models.Index(fields=["follower", "id"], name="sent_follow_requests", condition=Q(accepted_at__isnull=True)),
            models.Index(
                fields=["followee", "id"],
                name="accepted_followers_in_order",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(
                fields=["follower", "id"],
                name="newest_accepted_followees",
                condition=Q(accepted_at__isnull=False),
                include=["followee"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.followee_id}"


class BlockQuerySet(models.QuerySet["Block"]):
    def made_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(blocker=person.pk)


class Block(models.Model):
    """To `blocked`, `blocker` does not exist; neither sees content of the other."""

    blocker = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="blocking_set")
    blocked = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="blocked_by_set")
    created_at = models.DateTimeField(auto_now_add=True)
    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="one_block_per_pair"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class MuteQuerySet(models.QuerySet["Mute"]):
    def made_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(muter=person.pk)

    def in_force(self) -> Self:
        """Without an end, or with one that is still to come: PostgreSQL decides, when it reads the row."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))

    def over(self) -> Self:
        """Ended by themselves."""
        return self.filter(expires_at__lte=Now())

    def for_good(self) -> Self:
        """Without an end."""
        return self.filter(expires_at__isnull=True)


class Mute(models.Model):
    """`muter` does not want to see `muted` in the feed; nobody is told. Without `expires_at`, for good."""

    muter = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="muting_set")
    muted = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="muted_by_set")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="one_mute_per_pair"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="nobody_mutes_themselves"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="mutes_to_prune", condition=Q(expires_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"


class CloseFriendQuerySet(models.QuerySet["CloseFriend"]):
    def kept_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(owner=person.pk)


class CloseFriend(models.Model):
    """`friend` may see what `owner` shares with close friends, if they may see the owner's content at all.

    They are not told, and it gives no other right.
    """

    owner = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="close_friend_set")
    friend = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="close_to_set")
    created_at = models.DateTimeField(auto_now_add=True)
    objects = CloseFriendQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "friend"], name="one_close_friend_per_pair"),
            models.CheckConstraint(condition=~Q(owner=F("friend")), name="nobody_is_their_own_close_friend"),
        ]

    def __str__(self) -> str:
        return f"{self.friend_id} is close to {self.owner_id}"


class Audience(Choices):
    """With whom something is shared, of those who may see its author's content."""

    FOLLOWERS = "followers"
    CLOSE_FRIENDS = "close_friends"


class Shared(models.Model):
    """What an `author` shares with an audience, which stays what it is: posts and stories."""

    audience = models.CharField(
        max_length=16, choices=Audience, default=Audience.FOLLOWERS, db_default=Audience.FOLLOWERS
    )

    class Meta:
        abstract = True

    @property
    def is_for_all(self) -> bool:
        """Shared with all who may see its author's content."""
        return self.audience == Audience.FOLLOWERS

    @property
    def has_private_media(self) -> bool:
        """Whether addresses of its media are good for minutes, not for an hour."""
        return bool(self.author.is_private) or not self.is_for_all  # type: ignore[attr-defined]  # a subclass has one
