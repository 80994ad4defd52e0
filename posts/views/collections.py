"""Collections of one's saved posts. Others' are a 404, as if there was none."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.viewsets import BaseViewSet
from posts import actions, examples
from posts.cards import reads
from posts.models import Collection, Post
from posts.models.collections import with_covers
from posts.serializers import (
    CollectInput,
    CollectionEdit,
    CollectionInput,
    CollectionSerializer,
    CollectionsQuery,
    OrderInput,
    OrderSerializer,
)
from posts.views.card_pages import CardPages

POST = OpenApiParameter(
    "post", {"type": "string", "pattern": "^[0-9]{1,19}$"}, description="Only those with this post in them."
)


class _Collections(BaseViewSet):
    """What is one's own alone, shown as it is after a change."""

    tag = "collections"
    output: Any = CollectionSerializer

    def represent(self, rows: Any, *, many: bool = False) -> Any:
        with_covers(rows if many else [rows])
        return super().represent(rows, many=many)

    def answer(self, row: Collection) -> Response:
        return super().answer(get_object_or_404(Collection.objects.for_display(self.me), pk=row.pk))


class CollectionsViewSet(_Collections):
    """One's collections."""

    takes_idempotency_key = True
    page_field = "rank"
    inputs = {"create": CollectionInput}
    error_codes = {"create": ["collection_cap"]}

    @extend_schema(operation_id="list_my_collections", parameters=[POST])
    def list(self, request: Request) -> Response:
        """My collections.

        In the order you gave them; a new one comes first. With `post` those that hold it.
        """
        collections = Collection.objects.owned_by(self.me)
        query = CollectionsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        if "post" in query.validated_data:
            collections = collections.holding(query.validated_data["post"], self.me)
        return self.paginated(collections.for_display(self.me))

    @extend_schema(operation_id="create_collection")
    def create(self, request: Request) -> Response:
        """Make a collection.

        Nobody else sees it. At most 100 (`collection_cap`).
        """
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        collection = actions.make_collection(owner=self.me, **body, **keyed)
        return self.created(f"/v1/me/collections/{collection.pk}", collection)


class CollectionViewSet(_Collections):
    """One of one's collections."""

    lookup_url_kwarg = "collection_id"
    inputs = {"partial_update": CollectionEdit}

    def get_queryset(self) -> QuerySet[Collection]:
        return Collection.objects.owned_by(self.me)

    @extend_schema(operation_id="get_collection")
    def retrieve(self, request: Request, collection_id: int) -> Response:
        """Read a collection."""
        return self.answer(self.get_object())

    @extend_schema(operation_id="update_collection", examples=[examples.COLLECTION_EDITED, examples.A_COLLECTION])
    def partial_update(self, request: Request, collection_id: int) -> Response:
        """Rename a collection, or choose its cover."""
        self.get_object()
        changes = cast(actions.CollectionChanges, self.validated(partial=True))
        return self.answer(actions.change_collection(owner=self.me, collection_id=collection_id, changes=changes))

    @extend_schema(operation_id="delete_collection")
    def destroy(self, request: Request, collection_id: int) -> Response:
        """Delete a collection.

        Its posts stay saved.
        """
        self.get_object()
        actions.delete_collection(owner=self.me, collection_id=collection_id)
        return self.done()


class CollectionsOrderViewSet(BaseViewSet):
    """The order of one's collections."""

    tag = "collections"
    inputs = {"update": OrderInput}
    output = OrderSerializer

    @extend_schema(operation_id="set_order_of_collections")
    def update(self, request: Request) -> Response:
        """Order my collections.

        Those in `ids` come first; the others follow as they were. The answer names those that were taken.
        """
        ids = actions.order_collections(owner=self.me, collection_ids=self.validated()["ids"])
        return self.answer({"ids": ids})


class CollectionPostsViewSet(CardPages):
    """What is in a collection, as far as one still may see it."""

    tag = "collections"
    by_time = False

    @extend_schema(operation_id="list_collection_posts")
    def list(self, request: Request, collection_id: int) -> HttpResponse:
        """Posts of a collection.

        In the order you gave them; what was added last comes first. Those that you may not see any more are left out.
        """
        get_object_or_404(Collection.objects.owned_by(self.me), pk=collection_id)
        return self.listed(reads.collected, collection=collection_id)


class CollectionPostViewSet(_Collections):
    """Whether a post is in a collection."""

    inputs = {"update": CollectInput}

    @extend_schema(operation_id="add_post_to_collection")
    def update(self, request: Request, collection_id: int, post_id: int) -> Response:
        """Put a post into a collection.

        It is saved, too. With `from_collection` it goes out of that one in the same step.
        """
        get_object_or_404(Collection.objects.owned_by(self.me), pk=collection_id)
        post = get_object_or_404(Post.objects.visible_to(self.me), pk=post_id)
        source = self.validated()["from_collection"]
        collection = actions.collect(owner=self.me, collection_id=collection_id, post=post, from_collection=source)
        return self.answer(collection)

    @extend_schema(operation_id="remove_post_from_collection")
    def destroy(self, request: Request, collection_id: int, post_id: int) -> Response:
        """Take a post out of a collection.

        It stays saved.
        """
        actions.take_out(owner=self.me, collection_id=collection_id, post_id=post_id)
        return self.done()


class CollectionOrderViewSet(BaseViewSet):
    """The order of a collection's posts."""

    tag = "collections"
    inputs = {"update": OrderInput}
    output = OrderSerializer

    @extend_schema(operation_id="set_order_of_collection_posts")
    def update(self, request: Request, collection_id: int) -> Response:
        """Order the posts of a collection.

        Those in `ids` come first; the others follow as they were. The answer names those that were taken.
        """
        get_object_or_404(Collection.objects.owned_by(self.me), pk=collection_id)
        ids = self.validated()["ids"]
        return self.answer({"ids": actions.order_posts(owner=self.me, collection_id=collection_id, post_ids=ids)})
