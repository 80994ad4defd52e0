"""Highlights: stories that their owner keeps showing, in an order of their own."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from api.ids import IdField
from api.models import Keyed, KeyedQuerySet
from api.words import Words
from media.models import Media
from social.visibility import content_visible_to, person_open_to
from stories.limits import MAX_TITLE_LENGTH
from stories.models.stories import Story, live_q


class HighlightQuerySet(KeyedQuerySet["Highlight"]):
    def locked(self) -> Self:
        """Under their locks."""
        return self.select_for_update(no_key=True, of=("self",))

    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Its owner is open to the viewer; one that holds nothing for the viewer is seen by its owner alone."""
        filled = Exists(HighlightItem.objects.visible_to(viewer).filter(highlight=OuterRef("pk")))
        open_to_viewer = person_open_to(viewer, "owner")
        return self.filter(open_to_viewer, Q(owner=viewer.pk) | Q(filled), removed_at__isnull=True)

    def owned_by(self, person: AbstractBaseUser) -> Self:
        """The person's own, but for a take-down."""
        return self.filter(owner=person.pk, removed_at__isnull=True)

    def for_display(self, viewer: AbstractBaseUser) -> Self:
        """With all that HighlightSerializer shows: the count, the chosen cover, and the items it falls back to.

        Stories that the viewer may not see are not counted, and are no cover.
        """
        items = HighlightItem.objects.visible_to(viewer)
        first = items.order_by("position").select_related("story__media")
        covers = Story.objects.live().filter(content_visible_to(viewer))
        covers = covers.select_related("media").prefetch_related("media__renditions")
        counted = items.filter(highlight=OuterRef("pk")).order_by().values("highlight")
        number = counted.annotate(number=Count("pk")).values("number")
        return (
            self.annotate(items_count=Coalesce(Subquery(number), 0))
            .select_related("owner", "owner__avatar", "cover_media")
            .prefetch_related(
                "owner__avatar__renditions",
                "cover_media__renditions",
                Prefetch("cover_story", covers),
                Prefetch("items", first.prefetch_related("story__media__renditions")[:1], to_attr="first_items"),
            )
        )


class Highlight(Keyed):
    """A titled collection of its owner's stories, current or expired."""

    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="highlights")
    title = models.CharField(max_length=MAX_TITLE_LENGTH)
    cover_story = models.ForeignKey(Story, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cover_media = models.ForeignKey(Media, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken down by a moderator.")
    objects = HighlightQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                name="one_highlight_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(cover_story__isnull=True) | Q(cover_media__isnull=True), name="one_cover_at_most"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="highlights_of_owner"),
            models.Index(fields=["created_at"], name="keyed_highlights", condition=Q(idempotency_key__isnull=False)),
            GinIndex(Words("title"), name="words_of_highlights"),
        ]

    def __str__(self) -> str:
        return self.title


class HighlightItemQuerySet(models.QuerySet["HighlightItem"]):
    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Whose stories were not deleted or taken down, and may be seen by the viewer; expired ones stay."""
        return self.filter(live_q("story"), content_visible_to(viewer, "story"))

    def for_display(self) -> Self:
        """With all that HighlightStorySerializer shows."""
        return self.select_related("story__media", "story__author").prefetch_related("story__media__renditions")


class HighlightItem(models.Model):
    """One story of a highlight, at its place in the owner's order."""

    highlight = models.ForeignKey(Highlight, on_delete=models.CASCADE, related_name="items")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="highlight_items")
    position = models.PositiveSmallIntegerField()
    objects = HighlightItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["highlight", "story"], name="no_story_twice_in_a_highlight"),
            models.UniqueConstraint(fields=["highlight", "position"], name="one_story_per_position"),
        ]

    def __str__(self) -> str:
        return f"story {self.story_id} in highlight {self.highlight_id}"
