"""Limits, formats, features and version, for clients that have not logged in yet."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.serializers import MAX_PASSWORD_LENGTH
from api.examples import answered
from api.fields import TEXT_UNIT
from api.new_accounts import facts as new_account_limits
from api.throttles import RATES
from api.viewsets import OpenViewSet
from media.processing.kinds import KINDS
from media.quotas import limits
from moderation import limits as moderation_limits
from moderation.categories import Category, categories
from posts import limits as post_limits
from search.posts.query import MAX_QUERY_LENGTH, MAX_TERMS
from social.limits import MAX_MUTE
from stories import limits as story_limits

FEATURES = [
    "accounts", "follows", "close_friends", "photos", "videos", "direct_uploads", "resumable_uploads", "posts",
    "drafts", "comments", "reactions", "collections", "feed", "stories", "highlights", "explore", "suggestions",
    "search", "notifications", "tags", "places", "exports", "imports", "second_factor",
    "reports", "appeals",
]  # fmt: skip
PROFILE_TEXTS = ("username", "name", "bio", "website")


def _max_length(name: str) -> int:
    """Of a text of a person."""
    field: Any = User._meta.get_field(name)
    return int(field.max_length)


def _limits_of_people() -> dict[str, Any]:
    """Of accounts, and of whom they follow and mute."""
    return {
        **{name: _max_length(name) for name in PROFILE_TEXTS},
        "password": MAX_PASSWORD_LENGTH,
        "minimum_age_years": settings.MINIMUM_AGE_YEARS,
        "deletion_days": settings.ACCOUNT_GRACE_DAYS,
        "follows": settings.FOLLOW_CAP,
        "mute_seconds": int(MAX_MUTE.total_seconds()),
    }


def _limits_of_media() -> dict[str, Any]:
    """Of files, and of how much one may keep."""
    return {
        "bytes": {kind.name: kind.most_bytes() for kind in KINDS},
        "pixels": {kind.name: kind.most_pixels() for kind in KINDS},
        "jpeg_pixels": settings.PHOTO_MAX_JPEG_PIXELS,
        "quota": limits()._asdict(),
        "files_in_processing": settings.MAX_PROCESSING,
        "video_seconds": settings.VIDEO_MAX_SECONDS,
        "video_side": settings.VIDEO_MAX_SIDE,
    }


def _limits_of_posts() -> dict[str, Any]:
    """Of posts, drafts, collections and comments."""
    return {
        "caption": post_limits.MAX_CAPTION_LENGTH,
        "place": post_limits.MAX_PLACE_LENGTH,
        "tag": post_limits.MAX_TAG_LENGTH,
        "media_per_post": post_limits.MAX_MEDIA,
        "tags_per_post": post_limits.MAX_TAGS,
        "mentions_per_post": post_limits.MAX_MENTIONS,
        "tags_followed": post_limits.MAX_TAGS_FOLLOWED,
        "drafts": post_limits.MAX_DRAFTS,
        "publish_ahead_days": post_limits.MAX_PUBLISH_AHEAD.days,
        "collections": post_limits.MAX_COLLECTIONS,
        "collection_name": post_limits.MAX_COLLECTION_LENGTH,
        "ordered_at_once": post_limits.MAX_ORDERED_AT_ONCE,
        "alt_text": post_limits.MAX_ALT_TEXT_LENGTH,
        "comment": post_limits.MAX_COMMENT_LENGTH,
        "mentions_per_comment": post_limits.MAX_MENTIONS,
        "pinned_comments": post_limits.MAX_PINNED_COMMENTS,
        "hidden_words": post_limits.MAX_HIDDEN_WORDS,
        "hidden_word": post_limits.MAX_HIDDEN_WORD_LENGTH,
        "comment_edit_seconds": int(post_limits.COMMENT_EDITABLE_FOR.total_seconds()),
        "trash_days": post_limits.TRASH_KEPT_FOR.days,
    }


def _limits_of_stories() -> dict[str, Any]:
    """Of stories and highlights."""
    return {
        "story_seconds": settings.STORY_SECONDS,
        "story_video_seconds": story_limits.MAX_VIDEO_SECONDS,
        "stories_per_day": story_limits.MAX_PER_DAY,
        "stories_seen_at_once": story_limits.MAX_SEEN_AT_ONCE,
        "highlights": story_limits.MAX_HIGHLIGHTS,
        "highlight_title": story_limits.MAX_TITLE_LENGTH,
        "stories_per_highlight": story_limits.MAX_ITEMS,
    }


def instance_facts() -> dict[str, Any]:
    """Limits, formats and features, from the settings and constants that enforce them."""
    return {
        "name": "pystagram",
        "version": settings.VERSION,
        "url": settings.PYSTAGRAM_URL,
        "formats": {kind.name: list(kind.endings) for kind in KINDS},
        "features": FEATURES,
        "registration": settings.REGISTRATION,
        "report_categories": categories(),
        "text_unit": TEXT_UNIT,
        "limits": {
            **_limits_of_people(),
            **_limits_of_media(),
            **_limits_of_posts(),
            **_limits_of_stories(),
            "feed": settings.FEED_SIZE,
            "query": MAX_QUERY_LENGTH,
            "query_terms": MAX_TERMS,
            "report_comment": moderation_limits.MAX_COMMENT_LENGTH,
            "appeal": moderation_limits.MAX_APPEAL_LENGTH,
            "appeal_days": moderation_limits.APPEALABLE_FOR.days,
            "new_accounts": new_account_limits(),
            "rates": {scope: {"requests": rate.limit, "seconds": rate.seconds} for scope, rate in RATES.items()},
        },
    }


def _shape_of(value: Any) -> dict[str, Any]:
    """The OpenAPI shape of an event. What may be switched off is null then."""
    if isinstance(value, dict):
        properties = {name: _shape_of(member) for name, member in value.items()}
        return {"type": "object", "required": list(value), "properties": properties}
    return {"type": "integer"} if isinstance(value, int) else {"type": ["integer", "null"]}


def _limits_shape() -> dict[str, Any]:
    limits = instance_facts()["limits"]
    new = {name: {one: _off(value) for one, value in each.items()} for name, each in limits["new_accounts"].items()}
    return _shape_of({**limits, "quota": _off(limits["quota"]), "new_accounts": new})


def _off(value: Any) -> Any:
    """Numbers as they are where they are switched off: null."""
    return dict.fromkeys(value) if isinstance(value, dict) else value


@extend_schema_field(_limits_shape())
class LimitsField(serializers.DictField):
    """An object of numbers."""


class ReportCategorySerializer(serializers.Serializer[Any]):
    """Why something may be reported."""

    category = serializers.ChoiceField(Category.choices)
    sentence = serializers.CharField(help_text="For whoever reports.")


@extend_schema_serializer(examples=[answered("defaults", instance_facts())])
class InstanceSerializer(serializers.Serializer[Any]):
    """What a client may read before it logs in."""

    name = serializers.CharField()
    version = serializers.CharField()
    url = serializers.URLField()
    formats = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    features = serializers.ListField(child=serializers.CharField())
    registration = serializers.CharField(help_text="`open`, `approval`, `invitation` or `closed`.")
    report_categories = ReportCategorySerializer(many=True)
    text_unit = serializers.CharField(help_text="What lengths of texts count: Unicode code points, after NFC.")
    limits = LimitsField()


class InstanceViewSet(OpenViewSet):
    """Limits, formats, features and version, in one place."""

    output = InstanceSerializer

    def retrieve(self, request: Request) -> Response:
        """Limits and features."""
        return self.answer(instance_facts())
