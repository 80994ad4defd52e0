"""How far a post is from a point."""

from typing import Any

from django.db.models import FloatField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cast, Cos, Least, Radians, Round, Sin, Sqrt

from posts.geo_cells import EARTH_METERS


def meters_from(latitude: Any, longitude: Any) -> Combinable:
    """The great-circle distance of a post's shown position from a point, by haversines, in whole meters."""
    there = Radians(Cast("shown_latitude", FloatField()))
    here = Radians(Cast(latitude, FloatField()))
    half_up = Sin((there - here) / 2.0)
    half_round = Sin((Radians(Cast("shown_longitude", FloatField())) - Radians(Cast(longitude, FloatField()))) / 2.0)
    haversine = half_up * half_up + Cos(there) * Cos(here) * half_round * half_round
    return Round(Value(2 * EARTH_METERS) * ASin(Sqrt(Least(haversine, Value(1.0)))))
