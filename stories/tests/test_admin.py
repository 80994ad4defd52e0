"""Stories in the admin: looked at with pictures, searched, never deleted."""

import pytest
from django.test import Client

from accounts.models import User
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


def test_found_by_name_and_shown_with_pictures(desk, alice, bob):
    mine, other = factories.story(alice), factories.story(bob)
    page = desk.get("/admin/stories/story/?q=alice").content.decode()
    assert str(mine.pk) in page
    assert str(other.pk) not in page
    assert "w320.webp" in page
    factories.highlight(alice, [mine], "<b>Istanbul")
    page = desk.get("/admin/stories/highlight/?q=alice").content.decode()
    assert "&lt;b&gt;Istanbul" in page
    assert "w320.webp" in page


def test_one_row_is_shown_with_its_picture_too(desk, alice):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story], "Istanbul")
    for address in (f"story/{story.pk}", f"highlight/{highlight.pk}"):
        assert ".webp" in desk.get(f"/admin/stories/{address}/change/").content.decode(), address
    assert "w1080.webp" in desk.get(f"/admin/media/media/{story.media_id}/change/").content.decode()


def test_highlights_are_found_by_their_titles(desk, alice):
    story = factories.story(alice)
    factories.highlight(alice, [story], "Summer in Istanbul")
    factories.highlight(alice, [story], "Winter")
    page = desk.get("/admin/stories/highlight/?q=istanbul").content.decode()
    assert "Summer in Istanbul" in page
    assert "Winter" not in page
