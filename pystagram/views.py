"""Views of the project itself: the front page, the browsable root, limits, health."""

from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.authentication import BrowserAuthentication
from accounts.serializers import MAX_PASSWORD_LENGTH
from api import redis as redis_roles
from api.examples import answered
from api.fields import TEXT_UNIT
from api.problems import CATALOGUE
from api.strict import StrictHandling
from api.throttles import RATES
from api.viewsets import OpenViewSet
from media.actions.marking import is_mounted
from media.processing.kinds import KINDS
from media.quotas import limits
from posts import limits as post_limits
from pystagram import demo_progress
from social.limits import MAX_MUTE
from stories import limits as story_limits

ENTRANCES = [
    "feed", "me", "post-list", "media-list", "me-saved", "me-archive", "me-trash", "me-quota", "story-list",
    "me-stories-archive", "highlight-list", "follow-requests", "blocks", "mutes", "close-friends", "explore",
    "suggestions", "instance",
]  # fmt: skip
FEATURES = [
    "accounts", "follows", "close_friends", "photos", "videos", "direct_uploads", "resumable_uploads", "posts",
    "comments", "reactions", "feed", "stories", "highlights", "explore", "suggestions", "search",
]  # fmt: skip


def front_page(request: HttpRequest) -> HttpResponse:
    """Where to go from here, and how far the demo world is loaded while it is."""
    loading = None if settings.PRODUCTION else demo_progress.current()
    return render(request, "front.html", {"version": settings.VERSION, "loading": loading})


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon that browsers request by themselves."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        '<rect width="32" height="32" rx="8" fill="#c13584"/>'
        '<circle cx="16" cy="16" r="7" fill="none" stroke="#fff" stroke-width="3"/></svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def errors_page(request: HttpRequest) -> HttpResponse:
    """The catalogue of error codes that `type` in every problem points to."""
    rows = [(code, status, title) for code, (status, title) in CATALOGUE.items()]
    return render(request, "errors.html", {"rows": rows})


@cache
def _schema() -> dict[str, Any]:
    """The OpenAPI document. It takes a second to make and is the same for everybody, so it is made once a process."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call,no-any-return]


class Schema(StrictHandling, SpectacularAPIView):
    """The OpenAPI document, as JSON or, on request, YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    def _get_schema_response(self, request: Request) -> Response:
        here = request.build_absolute_uri("/").removesuffix("/")  # one of ALLOWED_HOSTS, as everywhere
        return Response({**_schema(), "servers": [{"url": here}]})


class RootViewSet(OpenViewSet):
    """Links to all endpoints without a path parameter."""

    authentication_classes = [BrowserAuthentication]  # a stale token must not stand in the way

    @extend_schema(exclude=True)
    def retrieve(self, request: Request) -> Response:
        links = {name: reverse(name, request=request) for name in [*ENTRANCES, "schema", "docs"]}
        return Response(links)


def instance_facts() -> dict[str, Any]:
    """Limits, formats and features, from the settings and constants that enforce them."""
    return {
        "name": "pystagram",
        "version": settings.VERSION,
        "url": settings.PYSTAGRAM_URL,
        "formats": {kind.name: list(kind.endings) for kind in KINDS},
        "features": FEATURES,
        "registration": settings.REGISTRATION,
        "text_unit": TEXT_UNIT,
        "limits": {
            "password": MAX_PASSWORD_LENGTH,
            "minimum_age_years": settings.MINIMUM_AGE_YEARS,
            "deletion_days": settings.ACCOUNT_GRACE_DAYS,
            "follows": settings.FOLLOW_CAP,
            "mute_seconds": int(MAX_MUTE.total_seconds()),
            "bytes": {kind.name: kind.most_bytes() for kind in KINDS},
            "pixels": {kind.name: kind.most_pixels() for kind in KINDS},
            "jpeg_pixels": settings.PHOTO_MAX_JPEG_PIXELS,
            "quota": limits()._asdict(),
            "files_in_processing": settings.MAX_PROCESSING,
            "video_seconds": settings.VIDEO_MAX_SECONDS,
            "video_side": settings.VIDEO_MAX_SIDE,
            "caption": post_limits.MAX_CAPTION_LENGTH,
            "place": post_limits.MAX_PLACE_LENGTH,
            "tag": post_limits.MAX_TAG_LENGTH,
            "media_per_post": post_limits.MAX_MEDIA,
            "tags_per_post": post_limits.MAX_TAGS,
            "mentions_per_post": post_limits.MAX_MENTIONS,
            "alt_text": post_limits.MAX_ALT_TEXT_LENGTH,
            "comment": post_limits.MAX_COMMENT_LENGTH,
            "trash_days": post_limits.TRASH_KEPT_FOR.days,
            "story_seconds": settings.STORY_SECONDS,
            "story_video_seconds": story_limits.MAX_VIDEO_SECONDS,
            "stories_per_day": story_limits.MAX_PER_DAY,
            "stories_seen_at_once": story_limits.MAX_SEEN_AT_ONCE,
            "highlights": story_limits.MAX_HIGHLIGHTS,
            "highlight_title": story_limits.MAX_TITLE_LENGTH,
            "stories_per_highlight": story_limits.MAX_ITEMS,
            "feed": settings.FEED_SIZE,
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
    return _shape_of({**limits, "quota": dict.fromkeys(limits["quota"])})


@extend_schema_field(_limits_shape())
class LimitsField(serializers.DictField):
    """An object of numbers."""


@extend_schema_serializer(examples=[answered("defaults", instance_facts())])
class InstanceSerializer(serializers.Serializer[Any]):
    """What a client may read before it logs in."""

    name = serializers.CharField()
    version = serializers.CharField()
    url = serializers.URLField()
    formats = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    features = serializers.ListField(child=serializers.CharField())
    registration = serializers.CharField(help_text="`open`, `approval`, `invitation` or `closed`.")
    text_unit = serializers.CharField(help_text="What lengths of texts count: Unicode code points, after NFC.")
    limits = LimitsField()


class InstanceViewSet(OpenViewSet):
    """Limits, formats, features and version, in one place."""

    output = InstanceSerializer

    def retrieve(self, request: Request) -> Response:
        """Limits and features."""
        return self.answer(instance_facts())


def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers; no server is checked."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: PostgreSQL is needed; Redis and the folder of media are good to have."""
    checks = {"database": _database(), "redis": _redis(), "media": _media()}
    ready = checks["database"] == "ok"
    return JsonResponse({"status": "ok" if ready else "unavailable", **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # whatever it is, the answer is the same
        return type(error).__name__
    return "ok"


def _media() -> str:
    try:
        return "ok" if is_mounted() else "not mounted"
    except (OSError, DatabaseError) as error:
        return type(error).__name__


def _redis() -> str:
    try:
        redis_roles.feeds().ping()
    except redis.RedisError as error:
        return type(error).__name__
    return "ok"
