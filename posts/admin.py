"""Posts and what hangs on them, for moderators. Looked at here, changed by actions; nothing is deleted for good."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from media.thumbnails import large, thumbnail, thumbnails
from posts.models import (
    Collection,
    CollectionItem,
    Comment,
    CommentLike,
    CommentMention,
    HiddenWords,
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
        return large(item.media)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("pictures", "words", linked("author"), "state", "reactions", "created_at")
    list_display_links = ("pictures", "words")
    list_filter = ("created_at",)
    search_fields = ("id", "author__username")
    search_help_text = "Words of the caption, tags or place, a user name or an id"
    linked_by = ("author", "place", "items__media")
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
        return Truncator(post.caption).chars(80) or str(post)

    @admin.display(description="likes, dislikes, comments")
    def reactions(self, post: Post) -> str:
        return f"{post.likes_count} · {post.dislikes_count} · {post.comments_count}"


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("text", linked("author"), linked("post"), "likes_count", "replies_count", "state", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("author", "post")
    search_fields = ("id", "author__username", "post", "text__words")
    search_help_text = "Words of the comment, a user name, or the id of a comment or post"
    linked_by = ("author", "post", "parent")

    @admin.display(description="state")
    def state(self, comment: Comment) -> str:
        away = "removed" if comment.removed_at else "deleted" if comment.deleted_at else ""
        return away or ("hidden" if comment.hidden_for_id else "shown")


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("normalized_name", "posts_count", "uses_count", "counted_at", "created_at")
    list_filter = ("created_at",)
    search_fields = ("id", "normalized_name__startswith")


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ("normalized_name", "posts_count", "uses_count", "counted_at", "created_at")
    list_filter = ("created_at",)
    search_fields = ("id", "normalized_name__startswith")


@admin.register(Reaction)
class ReactionAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), "kind", linked("post"), "created_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("user", "post")
    search_fields = ("user__username", "post")
    linked_by = ("user", "post")


@admin.register(Save)
class SaveAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), linked("post"), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "post")
    search_fields = ("user__username", "post")


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    list_display = ("id", linked("owner"), "name", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("owner",)
    search_fields = ("id", "owner__username")


@admin.register(CollectionItem)
class CollectionItemAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("collection"), linked("saved"), "is_cover")
    list_filter = ("is_cover",)
    list_select_related = ("collection", "saved")
    search_fields = ("collection", "saved")
    linked_by = ("collection", "saved")


@admin.register(CommentLike)
class CommentLikeAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), linked("comment"), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "comment")
    search_fields = ("user__username", "comment")


@admin.register(CommentMention)
class CommentMentionAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), "name", linked("comment"))
    list_select_related = ("user", "comment")
    search_fields = ("user__username", "comment")


@admin.register(HiddenWords)
class HiddenWordsAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("person"), "words")
    list_select_related = ("person",)
    search_fields = ("person__username",)


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), linked("post"))
    list_select_related = ("user", "post")
    search_fields = ("user__username", "post")


@admin.register(PostTag)
class PostTagAdmin(ReadOnlyAdmin):
    list_display = ("name", linked("tag"), linked("post"), "position")
    list_select_related = ("tag", "post")
    search_fields = ("tag__normalized_name", "post")


@admin.register(PostMedia)
class PostMediaAdmin(ReadOnlyAdmin):
    list_display = ("picture", linked("media"), linked("post"), "position")
    search_fields = ("post", "media")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostMedia]:
        rows = super().get_queryset(request).select_related("media", "post")
        return rows.prefetch_related("media__renditions")

    @admin.display(description="picture")
    def picture(self, item: PostMedia) -> SafeString:
        return thumbnail(item.media)


@admin.register(TagFollow)
class TagFollowAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("user"), linked("tag"), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "tag")
    search_fields = ("user__username", "tag__normalized_name")


@admin.register(TrendingTag)
class TrendingTagAdmin(ReadOnlyAdmin):
    list_display = ("rank", linked("tag"), "people_count", "posts_count", "window_hours", "computed_at")
    list_select_related = ("tag",)
    search_fields = ("tag__normalized_name__startswith",)
    ordering = ("rank",)


@admin.register(PostCell)
class PostCellAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("post"), "cell")
    list_select_related = ("post",)
    search_fields = ("post", "cell")


@admin.register(PostChange)
class PostChangeAdmin(ReadOnlyAdmin):
    list_display = ("id", linked("post"))
    linked_by = ("post",)
    list_select_related = ("post",)
    search_fields = ("post",)
