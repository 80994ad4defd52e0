"""Collections: what comes in, what goes out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.fields import CommaListField, IdField, LineField
from media.serializers import MediaSerializer
from posts import examples
from posts.limits import MAX_COLLECTION_LENGTH, MAX_ORDERED_AT_ONCE
from posts.models.collections import MAX_COUNTED, MAX_KEY_LENGTH, collection_key


class NameField(LineField):
    """The name of a collection; the form in which it is compared has to fit as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_COLLECTION_LENGTH, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if len(collection_key(name)) > MAX_KEY_LENGTH:
            self.fail("max_length", max_length=MAX_COLLECTION_LENGTH)
        return name


class CollectionsQuery(serializers.Serializer[Any]):
    """Parameters of the list."""

    post = IdField(required=False)


@extend_schema_serializer(examples=[examples.COLLECTION_SENT])
class CollectionInput(serializers.Serializer[Any]):
    name = NameField(help_text="Of your collections no other may have it, in whatever case.")


@extend_schema_serializer(component_name="CollectionEdit", examples=[examples.COLLECTION_EDITED])
class CollectionEdit(serializers.Serializer[Any]):
    """What of a collection is to change; what is absent stays."""

    name = NameField(required=False)
    cover_post = IdField(required=False, allow_null=True, help_text="One of its posts; null for the first.")


@extend_schema_serializer(examples=[examples.MOVE])
class CollectInput(serializers.Serializer[Any]):
    from_collection = IdField(
        required=False, allow_null=True, default=None, help_text="Out of which of yours the post goes in the same step."
    )


@extend_schema_serializer(component_name="OrderInput", examples=[examples.ORDER_SENT])
class OrderInput(serializers.Serializer[Any]):
    ids = CommaListField(
        child=IdField(),
        max_length=MAX_ORDERED_AT_ONCE,
        help_text="They come first, in this order. What is not there is passed over.",
    )

    def validate_ids(self, ids: list[int]) -> list[int]:
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError("Each once.", "duplicate")
        return ids


@extend_schema_serializer(component_name="Order", examples=[examples.ORDERED])
class OrderSerializer(serializers.Serializer[Any]):
    """Those that come first now."""

    ids = serializers.ListField(child=IdField(), read_only=True)


@extend_schema_serializer(examples=[examples.A_COLLECTION])
class CollectionSerializer(serializers.Serializer[Any]):
    """A collection of one's saved posts.

    Needs rows of `for_display(viewer)` that went through `with_covers`.
    """

    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)
    posts_count = serializers.IntegerField(
        read_only=True, help_text=f"Of those that you may see; exact up to {MAX_COUNTED}, which stands for more."
    )
    cover = serializers.SerializerMethodField(
        help_text="The first media of `cover_post`, else of the first post; null when you may see none."
    )
    cover_post = IdField(
        source="chosen_cover", read_only=True, allow_null=True, help_text="The post you chose; null: the first."
    )
    created_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(MediaSerializer(allow_null=True))
    def get_cover(self, collection: Any) -> dict[str, Any] | None:
        if collection.cover is None:
            return None
        shape = MediaSerializer(context={"private": collection.cover.post.has_private_media})
        return shape.to_representation(collection.cover.media)
