"""Tags: their pages, following them, what trends."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.ids import MAX_ID
from api.pagination import decode_position, encode_cursor, limit_of
from api.problem_schema import error_codes
from api.problems import Invalid
from api.search_key import normalized_name
from api.viewsets import BaseViewSet
from posts import actions, examples
from posts.captions import is_tag
from posts.models import Post, Tag, TrendingTag
from posts.models.candidates import OF_TAGS, candidates
from posts.serializers import PostSerializer, TagFollowedSerializer, TagSerializer, TrendingTagSerializer
from posts.views.label_posts import LabelPosts
from social.visibility import muted_by

TAGS = ["tags"]
TOP = 100
TOP_AMONG = 1000
NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, description="The tag without `#`, in any case.")
SORT = OpenApiParameter("sort", str, enum=["recent", "top"], default="recent")


class _TagViewSet(BaseViewSet):
    queryset: Any = Tag.objects.none()

    def tag_or_404(self, name: str) -> Tag:
        """The tag of this name, if the viewer may see a post that has it; else it does not exist for them."""
        tags = Tag.objects.existing_for(self.me).for_display(self.me)
        tag: Tag | None = tags.filter(normalized_name=_normalized(name)).first()
        if tag is None:
            raise Http404
        return tag


def _normalized(name: str) -> str:
    bare = name.lstrip("#＃")
    return normalized_name(bare) if is_tag(bare) else ""


class TagViewSet(_TagViewSet):
    """A tag."""

    serializer_class = TagSerializer

    @extend_schema(
        summary="A tag",
        description="404 unless you may see a post that has it. Percent-encode what is not ASCII.",
        parameters=[NAME],
        responses={200: TagSerializer},
        examples=[examples.TAG_SHOWN],
        tags=TAGS,
    )
    def retrieve(self, request: Request, name: str) -> Response:
        return Response(self.shown(TagSerializer, self.tag_or_404(name)))


class TagPostsViewSet(_TagViewSet, LabelPosts):
    """The posts that have a tag."""

    @extend_schema(
        summary="A tag's posts",
        description="`recent`: newest first. `top`: the 100 most liked of its newest 1,000, in an order that is kept "
        "while you page. A page may be shorter than `limit`; `next` says if there is more.",
        parameters=[NAME, SORT],
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, name: str) -> Response:
        sort = request.query_params.get("sort", "recent")
        if sort not in {"recent", "top"}:
            raise Invalid("sort", "invalid_choice", "sort is recent or top")
        tag = self.tag_or_404(name)
        posts = Post.objects.visible_to(self.me).for_display(self.me)
        if sort == "top":
            return self.top(tag, posts)
        return self.newest(OF_TAGS, [tag.pk], posts, scope=f"tag {tag.pk} recent")

    def top(self, tag: Tag, posts: Any) -> Response:
        """A page of the best. The cursor holds those still to come, so that likes given meanwhile move nobody."""
        scope, limit = f"tag {tag.pk} top", limit_of(self.request)
        cursor = self.request.query_params.get("cursor")
        order = decode_position(scope, cursor) if cursor else self.best(tag)
        now, later = order[:limit], list(order[limit:])
        rows = posts.in_bulk(now, field_name="timeline_id")
        page = [rows[one] for one in now if one in rows]
        return self.answer_page(page, encode_cursor(scope, later) if later else None)

    def best(self, tag: Tag) -> Sequence[Any]:
        found = candidates(OF_TAGS, [tag.pk], below=MAX_ID, most=TOP_AMONG)
        posts = Post.objects.visible_to(self.me).filter(timeline_id__in=found.ids)
        return list(posts.order_by("-likes_count", "-timeline_id").values_list("timeline_id", flat=True)[:TOP])


class TagFollowViewSet(_TagViewSet):
    """Whether one reads a tag."""

    serializer_class = TagFollowedSerializer

    @extend_schema(
        summary="Follow a tag",
        extensions=error_codes("tag_cap"),
        description="Its posts are in `/v1/me/tags/posts` then, not in the feed. 409 `tag_cap` beyond 200.",
        parameters=[NAME],
        request=None,
        responses={200: TagFollowedSerializer},
        examples=[examples.TAG_FOLLOWED],
        tags=TAGS,
    )
    def update(self, request: Request, name: str) -> Response:
        actions.follow_tag(user=self.me, tag=self.tag_or_404(name))
        return Response({"following": True})

    @extend_schema(summary="Unfollow a tag", parameters=[NAME], request=None, responses={204: None}, tags=TAGS)
    def destroy(self, request: Request, name: str) -> Response:
        actions.unfollow_tag(user=self.me, normalized_name=_normalized(name))
        return Response(status=204)


class MyTagsViewSet(BaseViewSet):
    """The tags one follows."""

    queryset = Tag.objects.none()
    serializer_class = TagSerializer
    page_field = "followed_as"

    @extend_schema(
        summary="Tags you follow",
        description="Last followed first; also those of which you may see no post just now.",
        responses={200: TagSerializer(many=True)},
        examples=[examples.TAG_SHOWN],
        tags=["me"],
    )
    def list(self, request: Request) -> Response:
        return self.page(TagSerializer, Tag.objects.followed_by(self.me).for_display(self.me))


class MyTagPostsViewSet(LabelPosts):
    """What is new under the tags one follows."""

    @extend_schema(
        operation_id="list_posts_of_my_tags",
        summary="Posts of the tags you follow",
        description="Newest first, each once, without people you have muted. Not part of the feed. A page may be "
        "shorter than `limit`; `next` says if there is more.",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=["me"],
    )
    def list(self, request: Request) -> Response:
        tags = list(Tag.objects.followed_by(self.me).values_list("pk", flat=True))
        posts = Post.objects.visible_to(self.me).exclude(muted_by(self.me))
        return self.newest(OF_TAGS, tags, posts.for_display(self.me), scope=request.path)


class TrendingTagsViewSet(BaseViewSet):
    """Tags that more people use than usually."""

    queryset = TrendingTag.objects.none()
    serializer_class = TrendingTagSerializer

    @extend_schema(
        summary="Trending tags",
        description="Best first, 20 at most, one page. What counts is how many different public accounts used a tag "
        "lately, beside what is usual for it. On a quiet day the list is filled up from the last week or month.",
        responses={200: TrendingTagSerializer(many=True)},
        examples=[examples.TRENDING],
        tags=TAGS,
    )
    def list(self, request: Request) -> Response:
        rows = TrendingTag.objects.existing_for(self.me)
        return Response({"results": TrendingTagSerializer(rows, many=True).data, "next": None})
