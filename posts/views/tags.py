"""Tags: their pages, following them, what trends."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.compiled import CompiledRead, Parameters, compiled
from api.pagination import OnePage, decode_position, encode_cursor, limit_of, page_response
from api.parameters import choice_in
from api.viewsets import BaseViewSet
from posts import actions
from posts.captions import tag_key, tag_named
from posts.cards.reads import visible_among
from posts.models import Tag, TrendingTag
from posts.models.candidates import OF_TAGS
from posts.ranking import best_of_tag
from posts.serializers import TagFollowedSerializer, TagSerializer, TrendingTagSerializer
from posts.views.label_posts import LabelPosts

NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, description="The tag without `#`, in any case.")
SORTS = ["recent", "top"]
SORT = OpenApiParameter("sort", str, enum=SORTS, default=SORTS[0], description="Newest first, or the most liked first.")


@compiled
def _tag_shown(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    tags = Tag.objects.existing_for(viewer).for_display(viewer)
    return tags.filter(normalized_name=given.text("name"))


@compiled
def _existing(given: Parameters) -> QuerySet[Any, Any]:
    """The tag by itself: to count its posts takes longer than a page of them."""
    return Tag.objects.existing_for(given.person("viewer")).filter(normalized_name=given.text("name"))


class _TagViewSet(BaseViewSet):
    def tag_or_404(self, name: str, read: CompiledRead | None = None) -> Tag:
        """The tag of this name, if the viewer may see a post that has it; else it does not exist for them."""
        found = (read or _existing()).instances(viewer=self.me.pk, name=_normalized(name))
        if not found:
            raise Http404
        tag: Tag = found[0]
        return tag


def _normalized(name: str) -> str:
    tag = tag_named(name)
    return tag_key(tag) if tag else ""


class TagViewSet(_TagViewSet):
    """A tag."""

    output = TagSerializer

    @extend_schema(parameters=[NAME])
    def retrieve(self, request: Request, name: str) -> Response:
        """A tag.

        404 unless you may see a post that has it. Percent-encode what is not ASCII.
        """
        return self.answer(self.tag_or_404(name, _tag_shown()))


class TagPostsViewSet(_TagViewSet, LabelPosts):
    """The posts that have a tag."""

    @extend_schema(parameters=[NAME, SORT])
    def list(self, request: Request, name: str) -> HttpResponse:
        """A tag's posts.

        `recent`: newest first. `top`: the 100 most liked of its newest 1,000, in an order that is kept while
        you page. A page may be shorter than `limit`; `next` says if there is more.
        """
        sort = choice_in(request, "sort", SORTS, default=SORTS[0])
        tag = self.tag_or_404(name)
        if sort == "top":
            return self.top(tag)
        return self.newest(OF_TAGS, [tag.pk], self.among, scope=f"tag {tag.pk} recent")

    def among(self, count: int, ids: Sequence[Any]) -> Sequence[Any]:
        return visible_among(count=count).rows(viewer=self.me.pk, ids=ids)

    def top(self, tag: Tag) -> HttpResponse:
        """A page of the best. The cursor holds those still to come, so that likes given meanwhile move nobody."""
        scope, limit = f"tag {tag.pk} top", limit_of(self.request)
        cursor = self.request.query_params.get("cursor")
        order: Sequence[Any] = decode_position(scope, cursor) if cursor else best_of_tag(tag, self.me)
        now, later = order[:limit], list(order[limit:])
        rows = {row[1]: row for row in self.among(limit, now)}
        page = [rows[one] for one in now if one in rows]
        return self.cards(page, encode_cursor(scope, later) if later else None)


class TagFollowViewSet(_TagViewSet):
    """Whether one reads a tag."""

    output = TagFollowedSerializer
    error_codes = {"update": ["tag_cap"]}

    @extend_schema(parameters=[NAME])
    def update(self, request: Request, name: str) -> Response:
        """Follow a tag.

        Its posts are in `/v1/me/tags/posts` then, not in the feed. 409 `tag_cap` beyond 200.
        """
        actions.follow_tag(user=self.me, tag=self.tag_or_404(name))
        return self.answer({"following": True})

    @extend_schema(parameters=[NAME])
    def destroy(self, request: Request, name: str) -> Response:
        """Unfollow a tag."""
        actions.unfollow_tag(user=self.me, normalized_name=_normalized(name))
        return self.done()


class MyTagsViewSet(BaseViewSet):
    """The tags one follows."""

    output = TagSerializer
    page_field = "followed_as"

    def list(self, request: Request) -> Response:
        """Tags you follow.

        Last followed first; also those of which you may see no post just now.
        """
        return self.paginated(Tag.objects.followed_by(self.me).for_display(self.me))


class MyTagPostsViewSet(LabelPosts):
    """What is new under the tags one follows."""

    @extend_schema(operation_id="list_posts_of_my_tags")
    def list(self, request: Request) -> HttpResponse:
        """Posts of the tags you follow.

        Newest first, each once, without people you have muted. Not part of the feed. A page may be shorter than
        `limit`; `next` says if there is more.
        """
        tags = list(Tag.objects.followed_by(self.me).values_list("pk", flat=True))
        return self.newest(OF_TAGS, tags, self.among, scope=request.path)

    def among(self, count: int, ids: Sequence[Any]) -> Sequence[Any]:
        return visible_among(count=count, unmuted=True).rows(viewer=self.me.pk, ids=ids)


class TrendingTagsViewSet(BaseViewSet):
    """Tags that more people use than usually."""

    tag = "tags"
    output = TrendingTagSerializer
    pagination_class = OnePage

    def list(self, request: Request) -> Response:
        """Trending tags.

        Best first, 20 at most, one page. What counts is how many different public accounts used a tag lately,
        beside what is usual for it. On a quiet day the list is filled up from the last week or month.
        """
        rows = TrendingTag.objects.existing_for(self.me)
        return page_response(request, self.represent(rows, many=True), None)
