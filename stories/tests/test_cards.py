"""The tray's bytes are its serializer's: for every viewer, whatever happens to what it shows."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from api.renderers import JSONRenderer
from media import tokens
from media.models import Media, Rendition
from stories import cards
from stories.models import Seen, Story
from stories.serializers import TrayEntrySerializer
from stories.tray import tray_page
from tests.support import factories

pytestmark = pytest.mark.django_db


def serialized(viewer: User, names: list[str]) -> list[bytes]:
    """What the serializer makes of the current stories of these people."""
    shape = TrayEntrySerializer(context={"viewer": viewer})
    stories = Story.objects.visible_to(viewer).for_display(viewer).order_by("author", "timeline_id")
    found = {}
    for author, theirs in itertools.groupby(stories, key=lambda story: story.author):
        rows: list[Any] = list(theirs)
        seen = all(story.viewer_seen for story in rows)
        found[author.username] = {"user": author, "stories": rows, "all_seen": seen}
    return [JSONRenderer().render(shape.to_representation(found[name])) for name in names]


def assert_alike(viewer: User, *names: str) -> None:
    for _ in range(2):  # rendered, then from the cache
        assert tray_page(viewer, limit=20)[0] == serialized(viewer, list(names))


@pytest.fixture
def clock(monkeypatch):
    """The time of the tokens, moved by hand."""

    class Clock:
        seconds = timezone.now().timestamp()

        def time(self) -> float:
            return self.seconds

    clock = Clock()
    monkeypatch.setattr(tokens, "time", clock)
    return clock


@pytest.fixture
def told(alice, bob):
    """Two stories of alice, whom bob follows, and one of bob's own."""
    alice.avatar = factories.media(alice, references=1)
    alice.save()
    factories.story(bob)
    return [factories.story(alice, age=timedelta(hours=hours)) for hours in (5, 1)]


def test_what_viewers_have_seen(alice, bob, charlie, told):
    factories.follow(charlie, alice)
    Seen.objects.create(story=told[0], viewer=charlie)
    assert_alike(bob, "bob", "alice")
    assert_alike(charlie, "alice")
    assert_alike(alice, "alice")
    Seen.objects.create(story=told[0], viewer=bob)
    Seen.objects.create(story=told[1], viewer=bob)
    assert_alike(bob, "bob", "alice")
    assert_alike(charlie, "alice")


@pytest.mark.parametrize("private", [False, True])
def test_the_tokens_of_each_time(alice, bob, told, clock, private):
    """To the author until the bucket's end; to others until the story's, however near it is."""
    User.objects.filter(pk=alice.pk).update(is_private=private)
    for _ in range(30):
        clock.seconds += 3000
        assert_alike(bob, "bob", "alice")
        assert_alike(alice, "alice")


def test_a_story_that_ends_earlier_than_it_did(alice, bob, told):
    assert_alike(bob, "bob", "alice")
    Story.objects.filter(pk=told[0].pk).update(expires_at=Now() + timedelta(minutes=7))
    assert_alike(bob, "bob", "alice")
    Story.objects.filter(pk=told[0].pk).update(expires_at=Now() - timedelta(seconds=1))
    assert_alike(bob, "bob", "alice")


@pytest.mark.parametrize("text", ["", 'a "quote"', "\\", "%s", "é\u2028\U0001f600", "line\nline", "\x7f\x01"])
def test_texts(alice, bob, told, text):
    assert_alike(bob, "bob", "alice")
    Media.objects.update(alt_text=text)
    User.objects.filter(pk=alice.pk).update(name=text)
    assert_alike(bob, "bob", "alice")


ANOTHER = {
    "kind": "video", "state": "failed", "error_code": "corrupt", "error_detail": "b", "alt_text": "c", "width": 7,
    "height": 8, "duration": 2.5, "progress": 50, "blurhash": "LEHV", "prefix": "d",
    "notices": "sound_left_out",
}  # fmt: skip
ANOTHER_SIZE = {"name": "poster.jpg", "content_type": "video/mp4; codecs=avc1", "width": 2000, "height": 9}


@pytest.mark.parametrize(("column", "value"), [*ANOTHER.items(), ("state", "processing")])
def test_whatever_is_changed_of_a_media_is_shown(alice, bob, told, column, value):
    assert_alike(bob, "bob", "alice")
    Media.objects.filter(pk=told[0].media_id).update(**{column: value})
    assert_alike(bob, "bob", "alice")


@pytest.mark.parametrize(("column", "value"), ANOTHER_SIZE.items())
def test_whatever_is_changed_of_a_rendition_is_shown(alice, bob, told, column, value):
    assert_alike(bob, "bob", "alice")
    rendition = told[0].media.renditions.first()
    Rendition.objects.filter(pk=rendition.pk).update(**{column: value})
    assert_alike(bob, "bob", "alice")
    told[0].media.renditions.all().delete()
    assert_alike(bob, "bob", "alice")


def test_a_card_is_rendered_once(alice, bob, charlie, told, monkeypatch):
    tray_page(bob, limit=20)
    factories.follow(charlie, alice)
    monkeypatch.delattr(cards, "_template")  # whoever needs another card fails
    Seen.objects.create(story=told[0], viewer=charlie)
    assert_alike(charlie, "alice")
