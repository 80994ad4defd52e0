"""Seen marks: repeated, in batches, at the same time."""

from datetime import timedelta
from functools import partial

import pytest

from stories.models import Seen
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_the_first_time_counts(client_for, alice, bob):
    story = factories.story(alice)
    for _ in range(2):
        answer = client_for(bob).put(f"/v1/stories/{story.pk}/seen")
        assert (answer.status_code, answer.json()) == (200, {"seen": True})
        first = Seen.objects.get()
    assert first.seen_at == Seen.objects.get(story=story, viewer=bob).seen_at
    assert client_for(bob).get(f"/v1/stories/{story.pk}").json()["seen"] is True
    assert client_for(bob).get("/v1/stories").json()["results"][0]["all_seen"] is True


def test_ones_own_is_not_recorded(client_for, alice):
    story = factories.story(alice)
    assert client_for(alice).put(f"/v1/stories/{story.pk}/seen").status_code == 200
    assert client_for(alice).put("/v1/stories/seen", {"ids": [str(story.pk)]}).json() == {"seen": [str(story.pk)]}
    assert not Seen.objects.exists()
    assert client_for(alice).get(f"/v1/stories/{story.pk}").json()["seen"] is True


def test_a_batch_passes_over_what_one_may_not_see(client_for, alice, bob, charlie):
    charlie.is_private = True
    charlie.save()
    visible = [factories.story(alice) for _ in range(3)]
    hidden = [factories.story(charlie), factories.story(alice, age=timedelta(hours=24, seconds=1)),
              factories.story(alice, deleted_at="2026-11-22T10:00:00Z")]  # fmt: skip
    ids = [str(story.pk) for story in visible]
    body = {"ids": [*(str(story.pk) for story in hidden), *ids, ids[0], "1"]}
    for _ in range(2):
        assert client_for(bob).put("/v1/stories/seen", body).json() == {"seen": ids}
    assert Seen.objects.filter(viewer=bob).count() == Seen.objects.count() == 3


def test_one_and_a_hundred_cost_the_same(client_for, alice, bob, django_assert_num_queries):
    ids = [str(factories.story(alice).pk) for _ in range(100)]
    with django_assert_num_queries(3):
        client_for(bob).put("/v1/stories/seen", {"ids": ids[:1]})
    with django_assert_num_queries(3):
        assert client_for(bob).put("/v1/stories/seen", {"ids": ids}).json() == {"seen": ids}


@pytest.mark.parametrize("ids", [None, "x", ["x"], [None], {"a": 1}, [["1"]], [str(2**63)], ["1"] * 101])
def test_what_is_no_list_of_ids_is_refused(client_for, bob, ids):
    assert client_for(bob).put("/v1/stories/seen", {"ids": ids}).status_code == 400


def test_a_hidden_story_cannot_be_marked(client_for, alice, mallory):
    story = factories.story(alice)
    assert client_for(mallory).put(f"/v1/stories/{story.pk}/seen").status_code == 404
    assert client_for(mallory).put("/v1/stories/seen", {"ids": [str(story.pk)]}).json() == {"seen": []}
    assert not Seen.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_mark_each(client_for, alice, bob, run_concurrently):
    ids = [str(factories.story(alice).pk) for _ in range(5)]
    orders = [ids, ids[::-1]] * 4
    answers = run_concurrently([partial(client_for(bob).put, "/v1/stories/seen", {"ids": order}) for order in orders])
    answers += run_concurrently([partial(client_for(bob).put, f"/v1/stories/{ids[0]}/seen") for _ in range(8)])
    assert {answer.status_code for answer in answers} == {200}
    assert Seen.objects.count() == 5
