"""A post: its words, its media in order, its tags and mentions."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Now, NullIf
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models import CommentsFrom, card_version
from api.ids import IdField
from api.models import Keyed, KeyedQuerySet
from media.models import Media
from posts.limits import MAX_CAPTION_LENGTH, MAX_PLACE_LENGTH, TRASH_KEPT_FOR
from posts.models.changes import PostChange
from posts.models.distances import meters_from
from posts.models.liveness import live_q
from posts.models.places import Place
from posts.models.reactions import Reaction, Save
from posts.models.tags import PostTag
from social.models import Audience, Shared
from social.visibility import (
    audience_includes,
    content_visible_to,
    followed_by,
    following,
    muted_by,
    person_visible_to,
    public_q,
)

LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]

# A row of `as_card_rows`: id, timeline id, author, is private, versions of the post's and of the author's card, likes,
# dislikes, comments, reaction, saved, mentions, audience, may comment. A plain tuple: of a hundred rows, each attribute
# would cost.
CardRow = tuple[
    int, int | None, int, bool, str | None, str | None, int, int, int, str | None, bool, list[str], str, bool
]
_CARD_COLUMNS = (
    "pk", "timeline_id", "author_id", "author__is_private", "card_version", "author_version", "likes_count",
    "dislikes_count", "comments_count", "viewer_reaction", "viewer_saved", "shown_mentions", "audience",
    "viewer_may_comment",
)  # fmt: skip


def _total(changes: "models.QuerySet[PostChange]") -> Subquery:
    """The version that these changes add up to."""
    total = changes.order_by().values("post").annotate(total=Cast(Sum("id"), models.TextField())).values("total")
    return Subquery(total, output_field=models.CharField())


class PostQuerySet(KeyedQuerySet["Post"]):
    def locked(self) -> Self:
        """Under their locks: it stops whoever counts or edits, not those who insert rows that point here."""
        return self.select_for_update(no_key=True, of=("self",))

    def live(self) -> Self:
        """Published, and neither archived, in the trash nor taken down."""
        return self.filter(live_q())

    def public(self) -> Self:
        """Live, shared with all by somebody active who is not private: what everybody sees who is not blocked."""
        return self.live().filter(public_q())

    def counted(self) -> Self:
        """What `posts_count` of their authors counts, which everybody sees: live, and shared with all."""
        return self.live().filter(audience=Audience.FOLLOWERS)

    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Live, and the visibility rule lets the viewer see it."""
        return self.live().filter(content_visible_to(viewer))

    def for_audience_with(self, viewer: AbstractBaseUser) -> Self:
        """Whose audience includes the viewer. (Whether its author is open to them is another question.)"""
        return self.filter(audience_includes(viewer))

    def in_feed_of(self, viewer: AbstractBaseUser) -> Self:
        """Visible, by the viewer or someone they follow (accepted), and not muted."""
        mine_or_followed = Q(author=viewer.pk) | followed_by(viewer, "author")
        return self.visible_to(viewer).filter(mine_or_followed).exclude(muted_by(viewer, "author"))

    def owned_by(self, person: AbstractBaseUser) -> Self:
        """The person's own, in whatever state but the trash or a take-down."""
        return self.filter(_own_q(person))

    def readable_by(self, viewer: AbstractBaseUser) -> Self:
        """Visible, or one's own that is still processing, failed or archived."""
        return self.filter((live_q() & content_visible_to(viewer)) | _own_q(viewer))

    def drafts_of(self, person: AbstractBaseUser) -> Self:
        """Prepared by the person, who alone sees them; not those in the trash."""
        return self.owned_by(person).filter(is_draft=True)

    def due(self) -> Self:
        """Drafts whose moment to be published has come, by the database's clock."""
        return self.filter(publish_at__lte=Now(), is_draft=True)

    def in_archive_of(self, person: AbstractBaseUser) -> Self:
        """Put away by the person, who alone sees them."""
        return self.owned_by(person).filter(archived_at__isnull=False)

    def in_trash_of(self, person: AbstractBaseUser) -> Self:
        """Deleted by the person, restorable for 30 days: until `purge_at`."""
        return self.filter(_trash_q(), author=person.pk).annotate(purge_at=F("deleted_at") + TRASH_KEPT_FOR)

    def taken_down_of(self, person: AbstractBaseUser) -> Self:
        """Taken down by moderators, and not purged from the trash since."""
        return self.filter(author=person.pk, removed_at__isnull=False, purged_at__isnull=True)

    def restorable_by(self, person: AbstractBaseUser) -> Self:
        """Readable, or in the person's own trash: all that `restore` has an answer for."""
        visible = live_q() & content_visible_to(person)
        mine = Q(author=person.pk, removed_at__isnull=True) & (Q(deleted_at__isnull=True) | _trash_q())
        return self.filter(visible | mine)

    def past_restore(self) -> Self:
        """Longer in the trash than it is kept, and not purged yet."""
        return self.filter(deleted_at__lte=timezone.now() - TRASH_KEPT_FOR, purged_at__isnull=True)

    def waiting_for(self, media_id: int) -> Self:
        """Not published yet, and showing this media: drafts, too, which somebody may be letting go at this moment."""
        return self.filter(items__media=media_id, timeline_id__isnull=True)

    def saved_by(self, person: AbstractBaseUser) -> Self:
        """Saved by the person; `saved_as` is the save's number, by which such a list is ordered."""
        mine = FilteredRelation("saves", condition=Q(saves__user=person.pk))
        return self.alias(mine=mine).filter(mine__isnull=False).annotate(saved_as=F("mine__id"))

    def liked_by(self, person: AbstractBaseUser) -> Self:
        """Liked by the person; `liked_as` is the like's number, by which such a list is ordered."""
        mine = FilteredRelation("reactions", condition=Q(reactions__user=person.pk))
        return self.alias(mine=mine).filter(mine__kind=Reaction.Kind.LIKE).annotate(liked_as=F("mine__id"))

    def collected_in(self, collection: Any) -> Self:
        """In this collection; `collected_as` is the rank of each, by which such a list is ordered."""
        inside = self.filter(saves__collected__collection=collection)
        return inside.annotate(collected_as=F("saves__collected__rank"))  # of the row that the filter found

    def near(self, latitude: Any, longitude: Any, radius: Any) -> Self:
        """Shown within `radius` meters; adds `distance_m`. (Looks at each row: give it candidates.)"""
        meters = meters_from(latitude, longitude)
        return self.annotate(distance_m=meters).filter(distance_m__lte=radius)

    def with_permission_of(self, viewer: AbstractBaseUser) -> Self:
        """Adds `viewer_may_comment`."""
        return self.annotate(viewer_may_comment=_may_comment(viewer))

    def for_cards(self) -> Self:
        """With what a card shows of the row itself: nothing that depends on who reads it, nor its author's card."""
        changes = PostChange.objects.filter(post=OuterRef("pk"))
        return self.select_related("author").annotate(card_version=_total(changes))

    def as_card_rows(self, viewer: AbstractBaseUser, *more: str) -> "models.QuerySet[Post, tuple[Any, ...]]":
        """What of each post depends on the viewer or changes all the time, and the versions of its cards: `CardRow`s.

        `more` are further columns behind those.
        """
        mine = Reaction.objects.filter(post=OuterRef("pk"), user=viewer.pk)
        shown = Mention.objects.filter(person_visible_to(viewer, "user"), post=OuterRef("pk")).order_by("pk")
        rows = self.annotate(
            card_version=_total(PostChange.objects.filter(post=OuterRef("pk"))),
            author_version=card_version("author"),
            viewer_reaction=Subquery(mine.values("kind")[:1]),
            viewer_saved=Exists(Save.objects.filter(post=OuterRef("pk"), user=viewer.pk)),
            shown_mentions=ArraySubquery(shown.values("user__username")),
            viewer_may_comment=_may_comment(viewer),
        )
        return rows.values_list(*_CARD_COLUMNS, *more)

    def for_display(self, viewer: AbstractBaseUser) -> Self:
        """With all that PostSerializer shows, in a constant number of queries."""
        mine = Reaction.objects.filter(post=OuterRef("pk"), user=viewer.pk)
        return (
            self.select_related("author", "author__avatar")
            .prefetch_related(*_shown_of_posts(viewer))
            .annotate(
                viewer_reaction=Subquery(mine.values("kind")[:1]),
                viewer_saved=Exists(Save.objects.filter(post=OuterRef("pk"), user=viewer.pk)),
                viewer_may_comment=_may_comment(viewer),
            )
        )


def _shown_of_posts(viewer: AbstractBaseUser) -> "list[Prefetch[str] | str]":
    """What `for_display` prefetches."""
    mentions = Mention.objects.filter(person_visible_to(viewer, "user")).order_by("pk").select_related("user")
    return [
        Prefetch("items", PostMedia.objects.order_by("position").select_related("media")),
        "items__media__renditions",
        "author__avatar__renditions",
        Prefetch("post_tags", PostTag.objects.order_by("position")),
        Prefetch("mentions", mentions),
    ]


def _may_comment(viewer: AbstractBaseUser) -> Any:
    """Comments are on, and the post's author lets the viewer write some: by the post's own choice, else the account's.

    That the viewer may see the post is the caller's to ask.
    """
    chosen = Coalesce(NullIf("comments_from", Value("")), "author__comments_from")
    let = (
        Q(author=viewer.pk)
        | Q(Exact(chosen, CommentsFrom.EVERYBODY))
        | (Q(Exact(chosen, CommentsFrom.FOLLOWERS)) & followed_by(viewer))
        | (Q(Exact(chosen, CommentsFrom.PEOPLE_I_FOLLOW)) & following(viewer))
    )
    return ExpressionWrapper(Q(comments_enabled=True) & let, output_field=BooleanField())


def _own_q(person: AbstractBaseUser) -> Q:
    return Q(author=person.pk, deleted_at__isnull=True, removed_at__isnull=True)


def _trash_q() -> Q:
    return Q(
        deleted_at__gt=timezone.now() - TRASH_KEPT_FOR,
        purged_at__isnull=True,
        removed_at__isnull=True,
    )


class Post(Keyed, Shared):
    """What a person shares: 1-10 media and words. Feeds, lists and cursors order by `timeline_id`."""

    key_owner = "author"
    id = IdField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    timeline_id = models.BigIntegerField(null=True, blank=True, unique=True, help_text="Minted when it publishes.")
    caption = models.CharField(max_length=MAX_CAPTION_LENGTH, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    place_name = models.CharField(
        max_length=MAX_PLACE_LENGTH, blank=True, default="", db_default="", help_text="As its author wrote it."
    )
    media_latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True, validators=LATITUDE)
    media_longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True, validators=LONGITUDE)
    exact_location = models.BooleanField(
        default=False, db_default=False, help_text="Others see the exact media position."
    )
    shown_latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True, editable=False)
    shown_longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True, editable=False)
    user_latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True, validators=LATITUDE)
    user_longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True, validators=LONGITUDE)
    comments_enabled = models.BooleanField(default=True)
    comments_from = models.CharField(
        max_length=16,
        choices=CommentsFrom,
        blank=True,
        default="",
        db_default="",
        help_text="Who may comment; empty: whom its author's account lets.",
    )
    sensitive = models.BooleanField(default=False, db_default=False, help_text="As its author says.")
    marked_sensitive_at = models.DateTimeField(null=True, blank=True, help_text="When a moderator said so.")
    likes_count = models.PositiveIntegerField(default=0)
    dislikes_count = models.PositiveIntegerField(default=0)
    comments_count = models.PositiveIntegerField(default=0)
    is_draft = models.BooleanField(default=False, db_default=False, help_text="Held back by its author.")
    publish_at = models.DateTimeField(
        null=True, blank=True, help_text="When a draft is let go by itself; null: when its author says so."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True, help_text="When it left the trash for good.")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken down by a moderator.")
    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                name="one_post_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(timeline_id__isnull=True), name="drafts_are_not_published"
            ),
            models.CheckConstraint(
                condition=Q(is_draft=True) | Q(publish_at__isnull=True), name="drafts_alone_are_scheduled"
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-timeline_id"], name="live_posts_of_author", condition=live_q()),
            models.Index(fields=["author", "-id"], name="posts_of_author"),
            models.Index(fields=["author", "-id"], name="drafts_of_author", condition=Q(is_draft=True)),
            models.Index(fields=["publish_at"], name="posts_to_publish", condition=Q(publish_at__isnull=False)),
            models.Index(fields=["place", "-timeline_id"], name="live_posts_of_place", condition=live_q()),
            models.Index(
                fields=["deleted_at"],
                name="posts_in_trash",
                condition=Q(deleted_at__isnull=False, purged_at__isnull=True),
            ),
            models.Index(fields=["created_at"], name="keyed_posts", condition=Q(idempotency_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    @property
    def is_live(self) -> bool:
        """What `live_q` says, of a row in hand."""
        away = (self.archived_at, self.deleted_at, self.removed_at)
        return self.timeline_id is not None and not any(away)

    @property
    def is_counted(self) -> bool:
        """What `counted` says, of a row in hand."""
        return self.is_live and self.is_for_all

    @property
    def is_sensitive(self) -> bool:
        """To be shown blurred: its author or a moderator says so."""
        return self.sensitive or self.marked_sensitive_at is not None

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None

    @property
    def own_comments_from(self) -> str | None:
        """Who may comment, if the post says so itself."""
        return self.comments_from or None

    @property
    def state(self) -> str:
        """What its author is told; reads `items` and their media, which `for_display` prefetches."""
        if self.deleted_at or self.removed_at:
            return "removed" if self.removed_at else "deleted"
        if self.archived_at:
            return "archived"
        if self.timeline_id is not None:
            return "published"
        if self.is_draft:
            return "draft" if self.publish_at is None else "scheduled"
        failed = any(item.media.state == Media.State.FAILED for item in self.items.all())
        return "failed" if failed else "processing"


class PostMedia(models.Model):
    """One media of a post, at its place in the owner's order."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="items")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "position"],
                name="one_media_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["post", "media"], name="no_media_twice_in_a_post"),
        ]

    def __str__(self) -> str:
        return f"media {self.media_id} of post {self.post_id}"


class Mention(models.Model):
    """Somebody named in a caption. Whether they may see the post is the visibility rule's to say."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    name = models.CharField(
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text="As the caption has it, of the time it was said.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="no_mention_twice_on_a_post")]

    def __str__(self) -> str:
        return f"user {self.user_id} in post {self.post_id}"
