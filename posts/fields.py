"""Input fields of posts: positions, tags, places."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import LineField
from api.search_key import normalized_name
from posts.captions import tag_named
from posts.limits import MAX_MEDIA, MAX_PLACE_LENGTH, MAX_TAG_LENGTH

SIX_PLACES = Decimal("0.000001")


@extend_schema_field({"type": ["string", "number"], "example": "41.015137"})
class DegreesField(serializers.DecimalField):
    """Degrees between `-limit` and `limit`, rounded to six places (about 10 cm)."""

    def __init__(self, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(max_digits=9, decimal_places=6, **kwargs)

    default_error_messages = {"out_of_range": "Must be between -{limit} and {limit} degrees."}

    def validate_precision(self, value: Decimal) -> Decimal:
        if not -self.limit <= value <= self.limit:
            self.fail("out_of_range", limit=self.limit)
        return value

    def quantize(self, value: Decimal) -> Decimal:
        try:
            return value.quantize(SIX_PLACES) + 0  # + 0: there is no -0
        except InvalidOperation:
            self.fail("invalid")


class TagField(LineField):
    """A tag, with or without its `#`, by the grammar of captions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TAG_LENGTH, **kwargs)

    default_error_messages = {
        "not_a_tag": f"A tag is letters, digits and underscores, at least one letter, at most {MAX_TAG_LENGTH}."
    }

    def to_internal_value(self, data: Any) -> str:
        tag = tag_named(super().to_internal_value(data))
        if tag is None:
            self.fail("not_a_tag")
        return tag


class PlaceField(LineField):
    """The name of a place; its normalized form has to fit as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PLACE_LENGTH, allow_null=True, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if len(normalized_name(name)) > MAX_PLACE_LENGTH:
            self.fail("max_length", max_length=MAX_PLACE_LENGTH)
        return name


class AltTextsField(serializers.DictField):
    """Texts by the ids of a post's media; more than a post has are refused before any of them is looked at."""

    default_error_messages = {"max_length": f"A post has at most {MAX_MEDIA} media."}

    def run_child_validation(self, data: Mapping[str, Any]) -> Any:
        if len(data) > MAX_MEDIA:
            self.fail("max_length")
        return super().run_child_validation(data)
