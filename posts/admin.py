"""Posts and what hangs on them, for moderators. Looked at here, changed by actions; nothing is deleted for good."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from api.readonly_admin import ReadOnlyAdmin
from media.thumbnails import thumbnail, thumbnails
from posts.models import (
    Collection,
    CollectionItem,
    Comment,
    CommentLike,
    Mention,
    Place,
    Post,
    PostCell,
    PostChange,
    PostMedia,
    PostTag,
    Reaction,
    Save,
    Tag,
    TagFollow,
    TrendingTag,
)


class ItemsInline(admin.TabularInline):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    model = PostMedia
    fields = ("position", "picture", "media")
    readonly_fields = fields
    can_delete = False
    extra = 0
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostMedia]:
        rows = super().get_queryset(request).select_related("media")
        return rows.prefetch_related("media__renditions")

    @admin.display(description="picture")
    def picture(self, item: PostMedia) -> SafeString:
        return thumbnail(item.media)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "pictures", "author", "words", "state", "likes_count", "dislikes_count", "comments_count", "created_at",
    )  # fmt: skip
    list_filter = (
        "created_at",
        ("archived_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        ("removed_at", admin.EmptyFieldListFilter),
        ("timeline_id", admin.EmptyFieldListFilter),
        "comments_enabled",
        "audience",
    )
    search_fields = ("caption", "author__username", "=id")
    search_help_text = "Words of the caption, a user name or an id"
    inlines = (ItemsInline,)
    exclude = ("user_latitude", "user_longitude")  # shown to the author alone

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        rows = super().get_queryset(request).select_related("author")
        return rows.prefetch_related("items__media__renditions")

    @admin.display(description="pictures")
    def pictures(self, post: Post) -> SafeString:
        return thumbnails(item.media for item in sorted(post.items.all(), key=lambda item: item.position))

    @admin.display(description="caption")
    def words(self, post: Post) -> str:
        return Truncator(post.caption).chars(60)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("id", "author", "text", "post", "parent_id", "likes_count", "replies_count", "created_at")
    list_filter = (
        "created_at",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("removed_at", admin.EmptyFieldListFilter),
        ("parent", admin.EmptyFieldListFilter),
    )
    list_select_related = ("author", "post")
    search_fields = ("text", "author__username", "=id", "=post__id")


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("normalized_name", "posts_count", "uses_count", "counted_at", "created_at")
    list_filter = ("created_at",)
    search_fields = ("normalized_name",)


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ("normalized_name", "posts_count", "uses_count", "counted_at", "created_at")
    list_filter = ("created_at",)
    search_fields = ("normalized_name",)


@admin.register(Reaction)
class ReactionAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "post", "created_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("user", "post")
    search_fields = ("user__username", "=post__id")


@admin.register(Save)
class SaveAdmin(ReadOnlyAdmin):
    list_display = ("user", "post", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "post")
    search_fields = ("user__username", "=post__id")


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    list_display = ("id", "owner", "name", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("owner",)
    search_fields = ("owner__username", "name", "=id")


@admin.register(CollectionItem)
class CollectionItemAdmin(ReadOnlyAdmin):
    list_display = ("collection", "saved", "is_cover")
    list_filter = ("is_cover",)
    list_select_related = ("collection", "saved")
    search_fields = ("collection__owner__username", "=collection__id", "=saved__post__id")


@admin.register(CommentLike)
class CommentLikeAdmin(ReadOnlyAdmin):
    list_display = ("user", "comment", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "comment")
    search_fields = ("user__username", "=comment__id")


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ("user", "post")
    list_filter = ("post__created_at",)
    list_select_related = ("user", "post")
    search_fields = ("user__username", "=post__id")


@admin.register(PostTag)
class PostTagAdmin(ReadOnlyAdmin):
    list_display = ("tag", "name", "post", "position")
    list_filter = ("post__created_at",)
    list_select_related = ("tag", "post")
    search_fields = ("name", "tag__normalized_name", "=post__id")


@admin.register(PostMedia)
class PostMediaAdmin(ReadOnlyAdmin):
    list_display = ("picture", "media", "post", "position")
    list_filter = ("media__kind", "media__state")
    search_fields = ("=post__id", "=media__id", "post__author__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostMedia]:
        rows = super().get_queryset(request).select_related("media", "post")
        return rows.prefetch_related("media__renditions")

    @admin.display(description="picture")
    def picture(self, item: PostMedia) -> SafeString:
        return thumbnail(item.media)


@admin.register(TagFollow)
class TagFollowAdmin(ReadOnlyAdmin):
    list_display = ("user", "tag", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "tag")
    search_fields = ("user__username", "tag__normalized_name")


@admin.register(TrendingTag)
class TrendingTagAdmin(ReadOnlyAdmin):
    list_display = ("rank", "tag", "people_count", "posts_count", "window_hours", "computed_at")
    list_filter = ("window_hours",)
    list_select_related = ("tag",)
    search_fields = ("tag__normalized_name",)
    ordering = ("rank",)


@admin.register(PostCell)
class PostCellAdmin(ReadOnlyAdmin):
    list_display = ("post", "cell")
    list_filter = ("post__created_at",)
    list_select_related = ("post",)
    search_fields = ("=post__id", "=cell")


@admin.register(PostChange)
class PostChangeAdmin(ReadOnlyAdmin):
    list_display = ("id", "post")
    list_select_related = ("post",)
    search_fields = ("=post__id",)
