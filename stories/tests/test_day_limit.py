"""At most 100 stories in any 24 hours."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from stories.models import Story
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_day(alice):
    """99 stories of one photo, and the photo."""
    photo = factories.media(alice)
    for _ in range(99):
        factories.story(alice, media=photo)
    return {"media": str(photo.pk)}


def test_the_hundred_and_first_is_refused_until_the_first_is_a_day_old(client_for, alice, bob, full_day):
    client = client_for(alice)
    assert client.post("/v1/stories", full_day).status_code == 201
    refused = client.post("/v1/stories", full_day)
    assert (refused.status_code, refused.json()["code"]) == (409, "story_cap")
    oldest = Story.objects.filter(author=alice).order_by("pk").first()
    client.delete(f"/v1/stories/{oldest.pk}")
    assert client.post("/v1/stories", full_day).status_code == 409, "deleting makes no room"
    Story.objects.filter(pk=oldest.pk).update(created_at=Now() - timedelta(hours=24, seconds=1))
    assert client.post("/v1/stories", full_day).status_code == 201
    assert client_for(bob).post("/v1/stories", {"media": str(factories.media(bob).pk)}).status_code == 201


def test_a_refused_one_holds_no_media(client_for, alice, full_day):
    client_for(alice).post("/v1/stories", full_day)
    photo = factories.media(alice)
    assert client_for(alice).post("/v1/stories", {"media": str(photo.pk)}).status_code == 409
    photo.refresh_from_db()
    assert photo.references == 0


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_fill_the_last_place_once(client_for, alice, full_day, run_concurrently):
    answers = run_concurrently([partial(client_for(alice).post, "/v1/stories", full_day) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert Story.objects.count() == 100
