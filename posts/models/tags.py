"""Tags: on posts, followed, trending."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery

from posts.limits import MAX_TAG_LENGTH
from posts.models.labels import Label, LabelQuerySet, search_indexes


class TagQuerySet(LabelQuerySet):
    uses, key, post, wording = "post_tags", "tag", "post", "name"

    def followed_by(self, person: AbstractBaseUser) -> "TagQuerySet":
        """Followed by the person; `followed_as` is the follow's number, by which such a list is ordered."""
        mine = FilteredRelation("follows", condition=Q(follows__user=person.pk))
        tags: TagQuerySet = self.alias(mine=mine).filter(mine__isnull=False).annotate(followed_as=F("mine__id"))
        return tags

    def for_display(self, viewer: AbstractBaseUser) -> "TagQuerySet":
        """With all that TagSerializer shows."""
        followed = TagFollow.objects.filter(tag=OuterRef("pk"), user=viewer.pk)
        tags: TagQuerySet = self.with_public_facts().annotate(viewer_following=Exists(followed))
        return tags


class Tag(Label):
    """A tag: one for all spellings with the same normalized name."""

    normalized_name = models.CharField(max_length=MAX_TAG_LENGTH, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = TagQuerySet.as_manager()

    class Meta:
        indexes = search_indexes("tag")

    def __str__(self) -> str:
        return self.normalized_name


class PostTag(models.Model):
    """A use of a tag, spelled as the post's author did.

    `timeline_id` is the post's, copied when it publishes, where it stays what it is.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="post_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="post_tags")
    name = models.CharField(max_length=MAX_TAG_LENGTH, default="", db_default="")
    position = models.PositiveSmallIntegerField()
    timeline_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="no_tag_twice_on_a_post")]
        indexes = [
            models.Index(fields=["tag", "-timeline_id"], name="newest_of_tag"),
            models.Index(fields=["timeline_id", "tag"], name="tags_in_time"),
        ]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on post {self.post_id}"


class TagFollow(models.Model):
    """Somebody reads a tag."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tag_follows")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="no_tag_followed_twice")]
        indexes = [models.Index(fields=["user", "-id"], name="tags_followed_by")]

    def __str__(self) -> str:
        return f"{self.user_id} follows tag {self.tag_id}"


class TrendingQuerySet(models.QuerySet["TrendingTag"]):
    def existing_for(self, viewer: AbstractBaseUser) -> "TrendingQuerySet":
        """Those of tags that the viewer may see, best first."""
        tags = Tag.objects.filter(pk=OuterRef("tag"))
        shown = Subquery(tags.with_public_facts().values("public_name"))
        return self.filter(Exists(tags.existing_for(viewer))).annotate(public_name=shown).order_by("rank")


class TrendingTag(models.Model):
    """A tag that more people use than usually. Written by `rank_trending`, all rows at once."""

    tag = models.OneToOneField(Tag, on_delete=models.CASCADE, related_name="trending")
    rank = models.PositiveSmallIntegerField(unique=True)
    people_count = models.PositiveIntegerField(help_text="Public accounts that used it within the window.")
    posts_count = models.PositiveIntegerField(help_text="Their posts.")
    window_hours = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    objects = TrendingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.rank}. tag {self.tag_id}"
