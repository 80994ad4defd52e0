"""Lists of posts: somebody's, and one's own saved, archived and deleted ones."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import CursorPages, NewerPages
from api.viewsets import BaseViewSet
from posts.cards import reads
from posts.models import Post
from posts.serializers import DeletedPostSerializer, PostSerializer
from posts.views.card_pages import CardPages
from social.people import lists_visible_or_404


class PersonPostsViewSet(CardPages):
    """What somebody has posted."""

    tag = "posts"

    def list(self, request: Request, username: str) -> HttpResponse:
        """Somebody's posts.

        Newest first. 404 for a private account that has not accepted you.
        """
        person = lists_visible_or_404(self.me, username)
        return self.listed(reads.of_person, person=person.pk)


class SavedViewSet(CardPages):
    """One's saved posts, as far as one still may see them."""

    by_time = False

    @extend_schema(operation_id="list_my_saved_posts")
    def list(self, request: Request) -> HttpResponse:
        """Saved posts.

        Last saved first. Those that you may not see any more are left out.
        """
        return self.listed(reads.saved)


class LikedViewSet(CardPages):
    """The posts one likes, as far as one still may see them."""

    by_time = False

    @extend_schema(operation_id="list_my_liked_posts")
    def list(self, request: Request) -> HttpResponse:
        """Posts you like.

        Last liked first; nobody else sees this list. Those that you may not see any more are left out.
        """
        return self.listed(reads.liked)


class DraftsViewSet(BaseViewSet):
    """One's drafts, which have no cards: their media change by themselves."""

    output = PostSerializer
    pagination_class = NewerPages

    @extend_schema(operation_id="list_my_drafts")
    def list(self, request: Request) -> Response:
        """Drafts.

        Last made first, also those that are `scheduled`. Nobody else sees them.
        """
        return self.paginated(Post.objects.drafts_of(self.me).for_display(self.me))


class ArchiveViewSet(CardPages):
    """One's archived posts."""

    pagination_class = CursorPages  # in the order of their ids, whenever they were archived

    @extend_schema(operation_id="list_my_archived_posts")
    def list(self, request: Request) -> HttpResponse:
        """Archived posts."""
        return self.listed(reads.archived)


class RemovedViewSet(CardPages):
    """One's posts that moderators took down."""

    pagination_class = CursorPages

    @extend_schema(operation_id="list_my_removed_posts")
    def list(self, request: Request) -> HttpResponse:
        """Posts that were taken down.

        By moderators; only you see them, here, and nothing can be done with them. Their media have no addresses until
        they are put back: `GET /v1/media/{id}/original` still gives you the originals.
        """
        return self.listed(reads.taken_down)


class TrashViewSet(BaseViewSet):
    """One's deleted posts, which have no cards: they go by the clock."""

    output = DeletedPostSerializer

    @extend_schema(operation_id="list_my_deleted_posts")
    def list(self, request: Request) -> Response:
        """Deleted posts.

        Last made first. They can be restored until `purge_at`, 30 days after they were deleted.
        """
        return self.paginated(Post.objects.in_trash_of(self.me).for_display(self.me))
