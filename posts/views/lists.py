"""Lists of posts: somebody's, and one's own saved, archived and deleted ones."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from posts.models import Post
from posts.serializers import PostSerializer
from social.people import lists_visible_or_404


class _PostsViewSet(BaseViewSet):
    output = PostSerializer


class PersonPostsViewSet(_PostsViewSet):
    """What somebody has posted."""

    tag = "posts"
    page_field = "timeline_id"

    def list(self, request: Request, username: str) -> Response:
        """Somebody's posts.

        Newest first. 404 for a private account that has not accepted you.
        """
        person = lists_visible_or_404(self.me, username)
        posts = Post.objects.visible_to(self.me).filter(author=person.pk)
        return self.paginated(posts.for_display(self.me))


class SavedViewSet(_PostsViewSet):
    """One's saved posts, as far as one still may see them."""

    page_field = "saved_as"

    @extend_schema(operation_id="list_my_saved_posts")
    def list(self, request: Request) -> Response:
        """Saved posts.

        Last saved first. Those that you may not see any more are left out.
        """
        posts = Post.objects.visible_to(self.me).saved_by(self.me)
        return self.paginated(posts.for_display(self.me))


class ArchiveViewSet(_PostsViewSet):
    """One's archived posts."""

    @extend_schema(operation_id="list_my_archived_posts")
    def list(self, request: Request) -> Response:
        """Archived posts."""
        return self.paginated(Post.objects.in_archive_of(self.me).for_display(self.me))


class TrashViewSet(_PostsViewSet):
    """One's deleted posts."""

    @extend_schema(operation_id="list_my_deleted_posts")
    def list(self, request: Request) -> Response:
        """Deleted posts.

        They can be restored for 30 days after they were deleted.
        """
        return self.paginated(Post.objects.in_trash_of(self.me).for_display(self.me))
