"""Posts: share, read, edit, put away, get back."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.compiled import Parameters, compiled
from api.idempotency import hash_of, key_of
from api.json_responses import JSONBytesResponse
from api.new_accounts import count_mentions
from posts import actions
from posts.captions import names_in
from posts.cards import posts_as_json, reads
from posts.models import Post
from posts.permissions import ChangedByItsAuthor
from posts.serializers import EditInput, PostSerializer, PublishInput
from posts.views.card_pages import CardPages


@compiled
def _row(given: Parameters) -> QuerySet[Any, Any]:
    """A post that the viewer was found to have access to, as a row of a list."""
    return Post.objects.filter(pk=given.id("post")).as_card_rows(given.person("viewer"))


class PostViewSet(CardPages):
    """One's own posts, and any post by its id. Hidden from you and absent are the same 404."""

    queryset = Post.objects.none()
    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    lookup_value_converter = "id"
    takes_idempotency_key = True
    inputs = {"create": PublishInput, "partial_update": EditInput}
    output = PostSerializer
    error_codes = {
        "create": ["draft_cap"],
        "partial_update": ["conflict"],
        "publish": ["conflict"],
        "archive": ["conflict"],
        "unarchive": ["conflict"],
        "restore": ["conflict", "draft_cap"],
    }
    new_account_limits = {"create": "posts"}

    def get_queryset(self) -> QuerySet[Post]:
        me = self.me
        return Post.objects.restorable_by(me) if self.action == "restore" else Post.objects.readable_by(me)

    def answer(self, row: Post) -> Response:
        """The post as the viewer sees it, read anew after a change."""
        posts = posts_as_json(self.me, _row().rows(viewer=self.me.pk, post=row.pk))
        if not posts:
            raise Http404
        return JSONBytesResponse(posts[0])

    def create(self, request: Request) -> Response:
        """Share a post.

        It is published at once if all its media are ready; else it publishes itself when they are, and until
        then only you see it, with its `state`. A `draft` waits until you publish it, one with `publish_at` until
        then; at most 100 wait (`draft_cap`).
        """
        body = self.validated()
        count_mentions(request, names_in(body.get("caption", "")))
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        post = actions.publish(author=self.me, media_ids=body.pop("media"), **body, **keyed)
        return self.created(f"/v1/posts/{post.pk}", post)

    @extend_schema(operation_id="list_my_posts")
    def list(self, request: Request) -> HttpResponse:
        """One's own posts, newest first.

        Drafts, those still processing, failed and archived too, each with its `state`; not those in the trash. What
        others see of them is `/v1/users/{username}/posts`.
        """
        return self.listed(reads.owned)

    def retrieve(self, request: Request, pk: int) -> Response:
        """Read a post."""
        return self.answer(self.get_object())

    def partial_update(self, request: Request, pk: int) -> Response:
        """Edit a post.

        What is absent stays. `media` is the same ids in another order; one that failed may be left out. Of a draft
        everything can be changed, its media and when it is published, too; it does not count as edited.
        """
        post = self.get_object()
        changes = cast(actions.Changes, self.validated(partial=True))
        count_mentions(request, names_in(changes.get("caption", "")))
        return self.answer(actions.edit(post=post, changes=changes))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a post.

        Into the trash, from where it can be restored for 30 days.
        """
        actions.delete(post=self.get_object())
        return self.done()

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: int) -> Response:
        """Publish a draft.

        At once if its media are ready, else when they are, whatever its `publish_at`. What is published already
        stays as it is.
        """
        return self.answer(actions.publish_draft(post=self.get_object()))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: int) -> Response:
        """Restore a post from the trash."""
        return self.answer(actions.restore(post=self.get_object()))

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: int) -> Response:
        """Archive a post.

        Only you see it then. A draft is not archived (`conflict`).
        """
        return self.answer(actions.archive(post=self.get_object()))

    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, pk: int) -> Response:
        """Take a post out of the archive."""
        return self.answer(actions.unarchive(post=self.get_object()))
