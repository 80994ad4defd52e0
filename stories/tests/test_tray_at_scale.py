"""The tray of somebody who follows 1,000 people of whom 300 have stories: queries, milliseconds, bytes.

`make test ARGS="stories/tests/test_tray_at_scale.py -s"` shows the numbers.
"""

import statistics
import time
from datetime import date, timedelta
from secrets import randbits

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from api.ids import generate_ids
from media.models import Blob, Media, Rendition
from social.models import Follow
from stories.models import Seen, Story

pytestmark = pytest.mark.django_db
BORN = date(1990, 1, 1)
FOLLOWED, WITH_STORIES, STORIES_EACH = 1000, 300, 3
SIZES = (("w320.webp", 320), ("w640.webp", 640), ("w1080.webp", 1080), ("w2048.webp", 2048), ("w1080.jpg", 1080))


def people(prefix: str, count: int) -> list[User]:
    made = [
        User(
            id=randbits(63),
            username=f"{prefix}{n}",
            name=f"Name {n}",
            email=f"{prefix}{n}@example.com",
            birth_date=date(1990, 1, 1),
        )
        for n in range(count)
    ]
    return list(User.objects.bulk_create(made))


def photos(owners: list[User]) -> list[Media]:
    """One photo each, with the five renditions that a photo has."""
    blob = Blob.objects.create(key="originals/x", sha256="x" * 64, size=1, content_type="image/jpeg", state="stored")
    rows = [
        Media(id=number, owner=owner, blob=blob, size=1, state="ready", prefix=f"{number:032}", width=3024, height=4032,
              blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj")
        for number, owner in zip(generate_ids(len(owners)), owners, strict=True)
    ]  # fmt: skip
    Media.objects.bulk_create(rows)
    Rendition.objects.bulk_create(
        Rendition(media=row, name=name, content_type=f"image/{name[-4:].strip('.')}", width=width, height=width, size=9)
        for row in rows
        for name, width in SIZES
    )
    return rows


def stories(authors: list[User]) -> list[Story]:
    owners = [author for author in authors for _ in range(STORIES_EACH)]
    now = timezone.now()
    rows = [
        Story(id=number, timeline_id=number, author=photo.owner, media=photo, published_at=now - timedelta(hours=1),
              expires_at=now + timedelta(hours=23))
        for number, photo in zip(generate_ids(len(owners)), photos(owners), strict=True)
    ]  # fmt: skip
    return list(Story.objects.bulk_create(rows))


@pytest.fixture
def busy(bob: User) -> User:
    """bob follows 1,000 people; 300 have three stories each, of which he has seen a half; strangers have some, too."""
    followed = people("followed", FOLLOWED)
    now = timezone.now()
    Follow.objects.bulk_create(Follow(follower=bob, followee=person, accepted_at=now) for person in followed)
    told = stories(followed[:WITH_STORIES])
    stories_of_strangers = people("stranger", 300)
    Story.objects.bulk_create(
        Story(author=author, media=told[0].media, timeline_id=number, published_at=now, expires_at=now + timedelta(1))
        for author, number in zip(stories_of_strangers * 10, generate_ids(3000), strict=True)
    )
    Seen.objects.bulk_create(Seen(story=story, viewer=bob) for story in told[: len(told) // 2])
    with connection.cursor() as database:
        database.execute("ANALYZE")
    return bob


@pytest.mark.parametrize("limit", [20, 100])
def test_the_tray_of_somebody_who_follows_a_thousand(client_for, busy, limit):
    client = client_for(busy)
    with CaptureQueriesContext(connection) as queries:
        first = client.get(f"/v1/stories?limit={limit}")
    number, in_sql = len(queries), sum(float(query["time"]) for query in queries.captured_queries) * 1000
    assert number == 3 + 1, "the time, the people, their stories, and once the cards of the people"
    assert len(first.json()["results"]) == limit
    times = []
    for _ in range(20):
        began = time.perf_counter()
        client.get(f"/v1/stories?limit={limit}")
        times.append((time.perf_counter() - began) * 1000)
    print(  # noqa: T201 (the numbers are what this test is run for)
        f"\n{limit} of {WITH_STORIES} people: {number} queries ({in_sql:.0f} ms in SQL), median "
        f"{statistics.median(times):.0f} ms, slowest of 20 {max(times):.0f} ms, {len(first.content):,} bytes"
    )


def test_all_its_pages_hold_everybody_once(client_for, busy):
    names, cursor, counts = [], None, set()
    while cursor or not names:
        with CaptureQueriesContext(connection) as queries:
            page = client_for(busy).get("/v1/stories", {"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        counts.add(len(queries))
        names += [entry["user"]["username"] for entry in page["results"]]
        cursor = page["next"]
    assert len(names) == len(set(names)) == WITH_STORIES
    assert len(counts) <= 2, "the first page asks for the time as well, no more"
    everybody = [int(name.removeprefix("followed")) for name in names]
    unseen = sorted(range(WITH_STORIES // 2, WITH_STORIES), reverse=True)
    assert everybody[:150] == unseen
