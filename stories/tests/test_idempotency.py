"""`Idempotency-Key`: a retry makes nothing new."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from stories import tasks
from stories.models import Highlight, Story
from tests.support import factories

pytestmark = pytest.mark.django_db


def send(client, address, body, key="k1"):
    return client.post(address, body, headers={"Idempotency-Key": key})


@pytest.fixture
def bodies(alice):
    """For each address two bodies."""
    stories = [str(factories.story(alice).pk) for _ in range(2)]
    return {
        "/v1/stories": [{"media": str(factories.media(alice).pk)} for _ in range(2)],
        "/v1/highlights": [{"title": "x", "stories": order} for order in (stories, stories[::-1])],
    }


@pytest.mark.parametrize(("address", "model"), [("/v1/stories", Story), ("/v1/highlights", Highlight)])
def test_a_retry_gets_the_first_and_another_body_a_422(client_for, alice, bodies, address, model):
    before = model.objects.count()
    first, again = (send(client_for(alice), address, bodies[address][0]) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    other = send(client_for(alice), address, bodies[address][1])
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert model.objects.count() == before + 1


def test_a_retry_is_told_that_the_story_is_gone(client_for, alice, bodies):
    made = send(client_for(alice), "/v1/stories", bodies["/v1/stories"][0]).json()
    client_for(alice).delete(f"/v1/stories/{made['id']}")
    again = send(client_for(alice), "/v1/stories", bodies["/v1/stories"][0])
    assert (again.status_code, again.json()["code"]) == (410, "gone")


def test_keys_are_forgotten_after_a_day(client_for, alice, bodies):
    for address, (body, _) in bodies.items():
        send(client_for(alice), address, body)
    assert tasks.prune_keys() == 0
    for model in (Story, Highlight):
        model.objects.update(created_at=Now() - timedelta(hours=24, seconds=1))
    assert tasks.prune_keys() == 2
    assert send(client_for(alice), "/v1/stories", bodies["/v1/stories"][0]).status_code == 201
    assert Story.objects.count() == 4


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve"])
def test_what_is_no_key_is_refused(client_for, alice, bodies, key):
    for address, (body, _) in bodies.items():
        assert send(client_for(alice), address, body, key).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "model"), [("/v1/stories", Story), ("/v1/highlights", Highlight)])
def test_eight_tries_at_once_make_one(client_for, alice, bodies, run_concurrently, address, model):
    before = model.objects.count()
    answers = run_concurrently([partial(send, client_for(alice), address, bodies[address][0]) for _ in range(8)])
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert model.objects.count() == before + 1
    assert Story.objects.exclude(idempotency_key=None).filter(media__references__gt=1).count() == 0
