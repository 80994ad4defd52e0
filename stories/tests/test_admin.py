"""Stories in the admin: looked at with pictures, searched, never deleted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from stories import models
from stories.models import Seen
from tests.support import factories

pytestmark = pytest.mark.django_db
EVERY_MODEL = [getattr(models, name) for name in models.__all__]


def fill(alice, bob, count):
    for _ in range(count):
        story = factories.story(alice)
        Seen.objects.create(story=story, viewer=bob)
        factories.highlight(alice, [story, factories.story(alice)], "Istanbul", cover_media=factories.media(alice))


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(User.objects.create_superuser("moderator", "m@example.com", "x" * 12))
    return client


def queries_of_lists(desk, words):
    counts = {}
    for model in EVERY_MODEL:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/admin/stories/{model._meta.model_name}/?q={words}").status_code == 200
        counts[model.__name__] = len(queries)
    return counts


def test_lists_take_the_same_queries_for_one_row_and_thirty(desk, alice, bob):
    fill(alice, bob, 1)
    queries_of_lists(desk, "")
    few = queries_of_lists(desk, "")
    fill(alice, bob, 29)
    assert queries_of_lists(desk, "") == few
    assert max(few.values()) <= 15
    queries_of_lists(desk, "alice")


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_every_row_can_be_opened_and_none_deleted(desk, alice, bob, model):
    fill(alice, bob, 1)
    number = model.objects.first().pk
    address = f"/admin/stories/{model._meta.model_name}/"
    assert desk.get(f"{address}{number}/change/").status_code == 200
    assert desk.get(f"{address}{number}/delete/").status_code == 403
    desk.post(address, {"action": "delete_selected", "_selected_action": number})
    assert model.objects.filter(pk=number).exists()


def test_found_by_name_and_shown_with_pictures(desk, alice, bob):
    mine, other = factories.story(alice), factories.story(bob)
    page = desk.get("/admin/stories/story/?q=alice").content.decode()
    assert str(mine.pk) in page
    assert str(other.pk) not in page
    assert "w320.webp" in page
    factories.highlight(alice, [mine], "<b>Istanbul")
    page = desk.get("/admin/stories/highlight/?q=istanbul").content.decode()
    assert "&lt;b&gt;Istanbul" in page
    assert "w320.webp" in page


def test_one_row_is_shown_with_its_picture_too(desk, alice):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story], "Istanbul")
    for address in (f"story/{story.pk}", f"highlight/{highlight.pk}"):
        assert "w320.webp" in desk.get(f"/admin/stories/{address}/change/").content.decode(), address
    assert "w320.webp" in desk.get(f"/admin/media/media/{story.media_id}/change/").content.decode()
