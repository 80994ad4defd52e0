"""Lists of posts: somebody's, and one's own saved, archived and deleted ones."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from posts import examples
from posts.models import Post
from posts.serializers import PostSerializer
from social.people import lists_visible_or_404


class _PostsViewSet(BaseViewSet):
    queryset = Post.objects.none()
    serializer_class = PostSerializer


class PersonPostsViewSet(_PostsViewSet):
    """What somebody has posted."""

    page_field = "timeline_id"

    @extend_schema(
        summary="Somebody's posts",
        description="Newest first. 404 for a private account that has not accepted you.",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=["posts"],
    )
    def list(self, request: Request, username: str) -> Response:
        person = lists_visible_or_404(self.me, username)
        posts = Post.objects.visible_to(self.me).filter(author=person.pk)
        return self.page(PostSerializer, posts.for_display(self.me))


class SavedViewSet(_PostsViewSet):
    """One's saved posts, as far as one still may see them."""

    page_field = "saved_as"

    @extend_schema(
        operation_id="list_my_saved_posts",
        summary="Saved posts",
        description="Last saved first. Those that you may not see any more are left out.",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=["me"],
    )
    def list(self, request: Request) -> Response:
        posts = Post.objects.visible_to(self.me).saved_by(self.me)
        return self.page(PostSerializer, posts.for_display(self.me))


class ArchiveViewSet(_PostsViewSet):
    """One's archived posts."""

    @extend_schema(
        operation_id="list_my_archived_posts",
        summary="Archived posts",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=["me"],
    )
    def list(self, request: Request) -> Response:
        return self.page(PostSerializer, Post.objects.in_archive_of(self.me).for_display(self.me))


class TrashViewSet(_PostsViewSet):
    """One's deleted posts."""

    @extend_schema(
        operation_id="list_my_deleted_posts",
        summary="Deleted posts",
        description="They can be restored for 30 days after they were deleted.",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=["me"],
    )
    def list(self, request: Request) -> Response:
        return self.page(PostSerializer, Post.objects.in_trash_of(self.me).for_display(self.me))
