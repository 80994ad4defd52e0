"""A story: one photo or video, there for others until `expires_at` by the database's clock."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.aggregates import StringAgg
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Now, TruncMonth

from accounts.models import User, card_version
from api.ids import IdField
from api.models import Keyed, KeyedQuerySet
from media.models import Media, Rendition
from social.models import Follow, Shared
from social.visibility import content_visible_to, muted_by, name_visible_to
from stories.limits import LONGEST_VIDEO_SECONDS

SHOWN = ("author__avatar__renditions", "media__renditions")  # what StorySerializer reads beside the row
MEDIA_COLUMNS = (  # what MediaSerializer reads of the row
    "id", "kind", "state", "alt_text", "width", "height", "blurhash", "duration", "progress", "error_code",
    "error_detail", "prefix", "notices",
)  # fmt: skip


class StoryQuerySet(KeyedQuerySet["Story"]):
    def locked(self) -> Self:
        """Under their locks: it stops whoever changes them, not those who insert rows that point here."""
        return self.select_for_update(no_key=True, of=("self",))

    def live(self) -> Self:
        """Published, and neither deleted nor taken down; expired or not."""
        return self.filter(live_q())

    def current(self) -> Self:
        """Live and not expired: PostgreSQL decides, when it reads the row."""
        return self.live().filter(expires_at__gt=Now())

    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Current, and the visibility rule lets the viewer see it."""
        return self.current().filter(content_visible_to(viewer))

    def in_tray_of(self, viewer: AbstractBaseUser) -> Self:
        """Live and visible, by the viewer or someone they follow (accepted) and have not muted; also expired ones."""
        shown = self.live().filter(content_visible_to(viewer)).exclude(muted_by(viewer, "author"))
        # A list of authors, not "mine or followed": from it PostgreSQL goes to the stories by their index, while the
        # "or" would make it look at everybody's.
        followed = Follow.objects.accepted().filter(follower=viewer.pk).values_list("followee")
        oneself = User.objects.get_queryset().filter(pk=viewer.pk).values_list("pk")
        return shown.filter(author__in=followed.union(oneself, all=True))

    def owned_by(self, person: AbstractBaseUser) -> Self:
        """The person's own, in whatever state but deleted or taken down."""
        return self.filter(_own_q(person))

    def readable_by(self, viewer: AbstractBaseUser) -> Self:
        """Visible, or one's own that is expired, still processing or failed."""
        visible = live_q() & Q(expires_at__gt=Now()) & content_visible_to(viewer)
        mine = _own_q(viewer)
        return self.filter(visible | mine)

    def archived_of(self, owner: AbstractBaseUser) -> Self:
        """The owner's expired ones."""
        return self.live().filter(author=owner.pk, expires_at__lte=Now())

    def published_between(self, first: datetime, end: datetime) -> Self:
        return self.filter(published_at__gte=first, published_at__lt=end)

    def counted_by_month(self) -> models.QuerySet["Story", tuple[datetime, int]]:
        """`(first moment of the month in UTC, number)`, the newest month first."""
        months = self.annotate(month=TruncMonth("published_at")).order_by("-month")
        return months.values("month").annotate(number=Count("pk")).values_list("month", "number")

    def waiting_for(self, media_id: int) -> Self:
        """Not published yet, nor put away, and showing this media."""
        return self.filter(media=media_id, timeline_id__isnull=True, deleted_at__isnull=True, removed_at__isnull=True)

    def for_display(self, viewer: AbstractBaseUser) -> Self:
        """With all that StorySerializer shows, in a constant number of queries."""
        return (
            self.select_related("author", "author__avatar", "media")
            .prefetch_related(*SHOWN)
            .annotate(viewer_seen=_seen_by(viewer), state=_STATE)
        )

    def as_card_rows(self, viewer: AbstractBaseUser) -> "models.QuerySet[Story, tuple[Any, ...]]":
        """What a list needs: author, version of the author's card, is private, seen; then all that is shown of it."""
        rows = self.annotate(
            author_version=card_version("author"), viewer_seen=_seen_by(viewer), shown_renditions=_renditions()
        )
        return rows.values_list(
            "author_id", "author_version", "author__is_private", "viewer_seen",
            "id", "created_at", "expires_at", "audience",
            *[f"media__{name}" for name in MEDIA_COLUMNS], "shown_renditions",
        )  # fmt: skip


def _seen_by(viewer: AbstractBaseUser) -> Combinable:
    mark = Exists(Seen.objects.filter(story=OuterRef("pk"), viewer=viewer.pk))
    return ExpressionWrapper(Q(author=viewer.pk) | Q(mark), models.BooleanField())


def _renditions() -> Subquery:
    """A line for each rendition of a story's media. Its content type, which is last, alone may have a space in it."""
    line = Concat(
        "width", Value(" "), "height", Value(" "), "name", Value(" "), "content_type", output_field=models.TextField()
    )
    rows = Rendition.objects.filter(media=OuterRef("media")).order_by().values("media")
    return Subquery(rows.annotate(lines=StringAgg(line, "\n", order_by="pk")).values("lines"))


def _own_q(person: AbstractBaseUser) -> Q:
    return Q(author=person.pk, deleted_at__isnull=True, removed_at__isnull=True)


def live_q(path: str = "") -> Q:
    """The condition "this story is live", on the relation `path` (empty: the row itself)."""
    prefix = f"{path}__" if path else ""
    return Q(
        **{
            f"{prefix}timeline_id__isnull": False,
            f"{prefix}deleted_at__isnull": True,
            f"{prefix}removed_at__isnull": True,
        }
    )


_TOO_LONG = Q(media__state=Media.State.READY, media__duration__gt=LONGEST_VIDEO_SECONDS)
_STATE = Case(
    When(expires_at__gt=Now(), then=Value("current")),
    When(expires_at__isnull=False, then=Value("expired")),
    When(_TOO_LONG | Q(media__state=Media.State.FAILED), then=Value("failed")),
    default=Value("processing"),
)


class Story(Keyed, Shared):
    """One photo or video. Its 24 hours run from its publication; trays and archives order by `timeline_id`."""

    key_owner = "author"
    id = IdField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stories")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    timeline_id = models.BigIntegerField(null=True, blank=True, unique=True, help_text="Minted when it publishes.")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When its media was ready.")
    expires_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken down by a moderator.")
    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        constraints = [
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                name="one_story_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(timeline_id__isnull=True, published_at__isnull=True, expires_at__isnull=True)
                | Q(timeline_id__isnull=False, published_at__isnull=False, expires_at__isnull=False),
                name="a_published_story_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-expires_at"], name="live_stories_by_expiry", condition=live_q()),
            models.Index(fields=["author", "-timeline_id"], name="live_stories_of_author", condition=live_q()),
            models.Index(fields=["author", "-created_at"], name="stories_of_author"),
            models.Index(fields=["media"], name="waiting_stories", condition=Q(timeline_id__isnull=True)),
            models.Index(fields=["created_at"], name="keyed_stories", condition=Q(idempotency_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"story {self.pk}"


class SeenQuerySet(models.QuerySet["Seen"]):
    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """By people whose names the viewer may see. (That the story is the viewer's own is the caller's to ask.)"""
        return self.filter(name_visible_to(viewer, "viewer"))

    def newest_before(self, moment: datetime) -> int:
        """The number of the last mark that was made before a moment; 0, if there is none."""
        return self.filter(seen_at__lt=moment).order_by("-pk").values_list("pk", flat=True).first() or 0

    def for_display(self) -> Self:
        """With the cards of the people."""
        return self.select_related("viewer", "viewer__avatar").prefetch_related("viewer__avatar__renditions")


class Seen(models.Model):
    """Somebody has seen a story; the first time counts."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="seen_set")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_default=Now())
    objects = SeenQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "seen"
        constraints = [models.UniqueConstraint(fields=["viewer", "story"], name="one_seen_per_person_and_story")]
        indexes = [models.Index(fields=["story", "-id"], name="viewers_of_story")]

    def __str__(self) -> str:
        return f"{self.viewer_id} saw story {self.story_id}"
