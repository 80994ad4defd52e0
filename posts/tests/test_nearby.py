"""Places, posts near a point, and what others learn of where somebody was."""

import random
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

import pytest

from accounts.actions import update_profile
from posts import actions
from posts.geo_cells import EARTH_METERS, METERS_PER_DEGREE, cells_of, cover, rounded
from posts.models import Post, PostCell
from posts.tests.test_tags import ids, pages
from tests.support import factories

pytestmark = pytest.mark.django_db


def at(author, latitude, longitude, **fields):
    where = {"media_latitude": Decimal(str(latitude)), "media_longitude": Decimal(str(longitude))}
    media = [factories.media(author).pk]
    return actions.publish(author=author, media_ids=media, **{"exact_location": True, **where, **fields})


def near(client, latitude, longitude, radius=1000):
    return pages(client, f"/v1/posts/nearby?lat={latitude}&lon={longitude}&radius_m={radius}")


def meters(a, b):
    """Haversines again, by the book."""
    (north, east), (north2, east2) = (tuple(radians(float(one)) for one in point) for point in (a, b))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * EARTH_METERS * asin(min(1, sqrt(half)))


@pytest.mark.parametrize("radius", [1, 400, 3000, 50_000])
def test_a_cover_holds_every_point_of_its_circle(radius):
    chance, most, held = random.Random(7), 0, 0
    for number in range(400):
        latitude = chance.choice([chance.uniform(-90, 90), 90, -90, 89.9, -89.99, 0])
        longitude = chance.choice([chance.uniform(-180, 180), 180, -180, 179.999, -179.999])
        cells = set(cover(Decimal(str(latitude)), Decimal(str(longitude)), radius))
        most = max(most, len(cells))
        reach = radius / METERS_PER_DEGREE
        for _ in range(20):
            north = max(-90.0, min(90.0, latitude + chance.uniform(-reach, reach)))
            spread = min(180.0, reach / max(cos(radians(north)), 1e-9))
            east = (longitude + chance.uniform(-spread, spread) + 180) % 360 - 180
            if meters((latitude, longitude), (north, east)) <= radius:
                held += 1
                assert set(cells_of(Decimal(str(north)), Decimal(str(east)))) & cells, (number, latitude, longitude)
    assert held > 1000
    assert most <= 120


def test_near_is_a_circle(client_for, alice, charlie):
    inside, _ = at(alice, 41.0, 29.0), at(alice, 41.0, 29.02)
    assert near(client_for(charlie), 41.005, 29.0, 600) == ids(inside)
    assert near(client_for(charlie), 41.005, 29.0, 500) == []
    found = client_for(charlie).get("/v1/posts/nearby?lat=41.005&lon=29&radius_m=600").json()["results"][0]
    assert found["distance_m"] == round(meters((41.005, 29), (41, 29))) == 556


@pytest.mark.parametrize(
    ("here", "there", "radius"),
    [((0, 179.999), (0, -179.999), 300), ((0, 180), (0, -180), 1), ((90, 0), (89.999, 123), 200),
     ((-89.9995, 10), (-89.9995, -170), 200), ((60, -180), (60, 179.99), 2000)],
)  # fmt: skip
def test_there_is_no_seam(client_for, alice, charlie, here, there, radius):
    post = at(alice, *there)
    assert near(client_for(charlie), *here, radius) == ids(post)


def test_others_see_a_kilometer_and_the_author_what_was_sent(client_for, alice, bob):
    post = at(alice, 41.015137, 28.979530, exact_location=False)
    mine, theirs = (client_for(person).get(f"/v1/posts/{post.pk}").json() for person in (alice, bob))
    assert (mine["media_latitude"], mine["media_longitude"]) == ("41.015137", "28.979530")
    assert (theirs["media_latitude"], theirs["media_longitude"]) == ("41.020000", "28.980000")
    assert theirs["exact_location"] is False


def test_nobody_measures_their_way_to_what_was_rounded(client_for, alice, bob):
    post = at(alice, 41.015137, 28.979530, exact_location=False)
    for person in (alice, bob):
        assert near(client_for(person), 41.015137, 28.97953, 300) == []
        assert near(client_for(person), 41.02, 28.98, 1) == ids(post)


def test_a_choice_can_be_changed(client_for, alice, bob):
    post = at(alice, 41.015137, 28.979530, exact_location=False)
    path = f"/v1/posts/{post.pk}"
    assert client_for(alice).patch(path, {"exact_location": True}).json()["edited"] is True
    assert client_for(bob).get(path).json()["media_latitude"] == "41.015137"
    assert near(client_for(bob), 41.015137, 28.97953, 10) == ids(post)
    client_for(alice).patch(path, {"media_latitude": None, "media_longitude": None})
    assert client_for(bob).get(path).json()["media_latitude"] is None
    assert (near(client_for(bob), 41.015137, 28.97953, 10), PostCell.objects.count()) == ([], 0)


def test_towards_the_poles_the_longitude_says_no_more():
    for latitude in (0, 45, 61, 80, 88, 89.99):
        shown = rounded(Decimal(str(latitude)), Decimal("12.345678"))
        east = (shown[0], shown[1] + Decimal(1).scaleb(shown[1].as_tuple().exponent))
        assert meters(shown, east) > 500 or latitude > 89
    assert rounded(Decimal("-0.001"), Decimal("179.999")) == (Decimal("0.00"), Decimal("180.00"))


def test_who_may_not_see_a_post_does_not_find_it(client_for, alice, bob, charlie, mallory):
    post = at(alice, 10, 10, place="Hideaway")
    place = f"/v1/places/{post.place_id}"
    places = "/v1/places/nearby?lat=10&lon=10"
    assert near(client_for(mallory), 10, 10) == []
    assert client_for(mallory).get(places).json()["results"] == []
    factories.mute(charlie, alice)
    assert near(client_for(charlie), 10, 10) == []
    assert near(client_for(bob), 10, 10) == ids(post)
    update_profile(user=alice, is_private=True)
    stranger = factories.person()
    assert near(client_for(stranger), 10, 10) == []
    assert client_for(stranger).get(places).json()["results"] == []
    assert client_for(stranger).get(place).content == client_for(stranger).get("/v1/places/1").content
    assert client_for(bob).get(place).json() == {"id": str(post.place_id), "name": "hideaway", "posts_count": 0}
    assert pages(client_for(bob), f"{place}/posts") == ids(post)
    actions.archive(post=post)
    assert client_for(bob).get(place).status_code == 404
    assert near(client_for(bob), 10, 10) == []


def test_places_near_are_those_that_posts_near_name(client_for, alice, charlie):
    at(alice, 10, 10, place="Here")
    at(alice, 10.005, 10, place="here")
    at(alice, 10.01, 10, place="There")
    at(alice, 11, 10, place="Far")
    here = Post.objects.earliest("pk").place_id
    found = client_for(charlie).get("/v1/places/nearby?lat=10&lon=10&radius_m=2000").json()
    assert [row["name"] for row in found["results"]] == ["Here", "There"]
    assert found["results"][0] == {"id": str(here), "name": "Here", "distance_m": 0, "nearby_posts": 2}


BAD = ["", "lat=1", "lat=91&lon=1", "lat=1&lon=181", "lat=NaN&lon=1", "lat=1&lon=Infinity", "lat=-inf&lon=1"]
BAD += ["lat=x&lon=1", "lat=1e400&lon=1", "lat=1&lon=1&radius_m=0", "lat=1&lon=1&radius_m=50001"]
BAD += ["lat=1&lon=1&radius_m=1.5", "lat=1&lon=1&radius_m=9" + "9" * 5000, "lat=%00&lon=1", "lat=&lon="]


@pytest.mark.parametrize("query", BAD)
def test_a_bad_point_is_a_400(client_for, alice, query):
    for list_ in ("posts", "places"):
        answer = client_for(alice).get(f"/v1/{list_}/nearby?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_cursor_belongs_to_its_circle(client_for, alice):
    for _ in range(2):
        at(alice, 10, 10)
    cursor = client_for(alice).get("/v1/posts/nearby?lat=10&lon=10&limit=1").json()["next"]
    assert client_for(alice).get("/v1/posts/nearby", {"lat": "10.0", "lon": 10, "cursor": cursor}).status_code == 200
    assert client_for(alice).get("/v1/posts/nearby", {"lat": 10.1, "lon": 10, "cursor": cursor}).status_code == 400
