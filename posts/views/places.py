"""Places, and what is near a point."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.compiled import CompiledRead, Parameters, compiled
from api.ids import MAX_ID
from api.pagination import OnePage, page_response
from api.viewsets import BaseViewSet
from posts.cards import rows_with_json
from posts.cards.reads import near_among, visible_among
from posts.geo_cells import MAX_RADIUS, cover
from posts.models import Place, Post
from posts.models.candidates import MAX_CANDIDATES, OF_CELLS, OF_PLACES, newest_visible
from posts.models.posts import PostQuerySet
from posts.serializers import (
    NearbyInput,
    NearbyPlaceSerializer,
    NearbyPostSerializer,
    PlacePageSerializer,
)
from posts.views.label_posts import LabelPosts
from social.visibility import muted_by

DEGREES = {"type": "number"}
POINT = [
    OpenApiParameter("lat", {**DEGREES, "minimum": -90, "maximum": 90}, required=True, description="Degrees north."),
    OpenApiParameter("lon", {**DEGREES, "minimum": -180, "maximum": 180}, required=True, description="Degrees east."),
    OpenApiParameter(
        "radius_m", {"type": "integer", "minimum": 1, "maximum": MAX_RADIUS, "default": 5000}, description="Meters."
    ),
]
MAX_PLACES = 50


@compiled
def _place_shown(given: Parameters) -> QuerySet[Any, Any]:
    places = Place.objects.existing_for(given.person("viewer")).with_public_facts()
    return places.filter(pk=given.id("place"))


@compiled
def _existing(given: Parameters) -> QuerySet[Any, Any]:
    """The place by itself: to count its posts takes longer than a page of them."""
    return Place.objects.existing_for(given.person("viewer")).filter(pk=given.id("place"))


class _PlaceViewSet(BaseViewSet):
    def place_or_404(self, place_id: int, read: CompiledRead | None = None) -> Place:
        """The place, if the viewer may see a post that names it; else it does not exist for them."""
        found = (read or _existing()).instances(viewer=self.me.pk, place=place_id)
        if not found:
            raise Http404
        place: Place = found[0]
        return place


class PlaceViewSet(_PlaceViewSet):
    """A place."""

    output = PlacePageSerializer

    def retrieve(self, request: Request, place_id: int) -> Response:
        """A place.

        404 unless you may see a post that names it.
        """
        return self.answer(self.place_or_404(place_id, _place_shown()))


class PlacePostsViewSet(_PlaceViewSet, LabelPosts):
    """The posts that name a place."""

    def list(self, request: Request, place_id: int) -> HttpResponse:
        """A place's posts.

        Newest first.
        """
        place = self.place_or_404(place_id)
        return self.newest(OF_PLACES, [place.pk], self.among, scope=request.path)

    def among(self, count: int, ids: Sequence[int]) -> Sequence[Any]:
        return visible_among(count=count).rows(viewer=self.me.pk, ids=ids)


class _Nearby(LabelPosts):
    tag = "places"

    def point(self) -> tuple[Any, Any, int]:
        """Latitude, longitude and radius of the query; a 400 if they are none."""
        query = NearbyInput(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data["lat"], query.validated_data["lon"], query.validated_data["radius_m"]

    def near(self, latitude: Any, longitude: Any, radius: int) -> PostQuerySet:
        """The posts within the circle that are for the viewer."""
        posts = Post.objects.visible_to(self.me).exclude(muted_by(self.me))
        return posts.near(Value(float(latitude)), Value(float(longitude)), radius)


class NearbyPostsViewSet(_Nearby):
    """Posts near a point."""

    output = NearbyPostSerializer

    @extend_schema(operation_id="list_nearby_posts", parameters=POINT)
    def list(self, request: Request) -> HttpResponse:
        """Posts near a point.

        Newest first, without people you have muted, by the position that others are shown: to about a
        kilometer, unless the author chose exact.
        """
        latitude, longitude, radius = self.point()

        def among(count: int, ids: Sequence[int]) -> Sequence[Any]:
            point = {"latitude": float(latitude), "longitude": float(longitude), "radius": radius}
            return near_among(count=count).rows(viewer=self.me.pk, ids=ids, **point)

        scope = f"{request.path} {latitude} {longitude} {radius}"
        return self.newest(OF_CELLS, cover(latitude, longitude, radius), among, scope=scope)

    def filled(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """With the distance as the last member."""
        return [b'%b,"distance_m":%d}' % (post[:-1], row[-1]) for row, post in rows_with_json(self.me, rows)]


class NearbyPlacesViewSet(_Nearby):
    """Places near a point."""

    output = NearbyPlaceSerializer
    pagination_class = OnePage

    @extend_schema(operation_id="list_nearby_places", parameters=POINT)
    def list(self, request: Request) -> Response:
        """Places near a point.

        The places that the newest posts near the point name, nearest first, 50 at most, one page.
        """
        latitude, longitude, radius = self.point()
        near = self.near(latitude, longitude, radius).filter(place__isnull=False)

        def visible(count: int, ids: Sequence[int]) -> Sequence[int]:
            newest = near.filter(timeline_id__in=ids).order_by("-timeline_id")
            return newest.values_list("timeline_id", flat=True)[:count]  # type: ignore[return-value]  # published ones

        cells = cover(latitude, longitude, radius)
        newest = newest_visible(OF_CELLS, cells, visible, below=MAX_ID, count=MAX_CANDIDATES)
        named = near.filter(timeline_id__in=newest)
        rows = Place.objects.named_by(named, MAX_PLACES)
        return page_response(request, self.represent(rows, many=True), None)
