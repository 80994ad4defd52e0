"""What highlights refuse, and what happens at the same time."""

from functools import partial

import pytest

from stories import actions
from stories.models import Highlight, HighlightItem
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(alice):
    return factories.story(alice)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"title": ""}, "/title"), ({"title": "x" * 31}, "/title"), ({"title": None}, "/title"), ({"title": []}, "/title"),
     ({"title": "two\nlines"}, "/title"), ({"title": "a\x07b"}, "/title"), ({"stories": []}, "/stories"),
     ({"stories": None}, "/stories"), ({"stories": "x"}, "/stories"), ({"stories": ["1"]}, "/stories"),
     ({"stories": ["x"]}, "/stories/0"), ({"stories": [str(n) for n in range(101)]}, "/stories"),
     ({"stories": {"a": 1}}, "/stories"), ({"cover": "x"}, "/cover"), ({"cover": "1"}, "/cover"),
     ({"cover": str(2**63)}, "/cover")],
)  # fmt: skip
@pytest.mark.parametrize("method", ["post", "patch"])
def test_bad_input_is_pointed_at(client_for, alice, story, method, changes, pointer):
    kept = factories.highlight(alice, [story])
    address = "/v1/highlights" if method == "post" else f"/v1/highlights/{kept.pk}"
    answer = getattr(client_for(alice), method)(address, {"title": "x", "stories": [str(story.pk)], **changes})
    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert (Highlight.objects.count(), HighlightItem.objects.count()) == (1, 1)


def test_stories_are_ones_own_there_and_named_once(client_for, alice, bob, story):
    wrong = [factories.story(bob), factories.story(alice, deleted_at="2026-11-22T10:00:00Z"),
             factories.story(alice, removed_at="2026-11-22T10:00:00Z"), story]  # fmt: skip
    for other in wrong:
        answer = client_for(alice).post("/v1/highlights", {"title": "x", "stories": [str(story.pk), str(other.pk)]})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/stories")
    assert not Highlight.objects.exists()


def test_a_hundred_stories_and_a_title_of_thirty(client_for, alice, story):
    photo = story.media
    ids = [str(factories.story(alice, media=photo).pk) for _ in range(100)]
    answer = client_for(alice).post("/v1/highlights", {"title": "x" * 30, "stories": ids})
    assert (answer.status_code, answer.json()["items_count"]) == (201, 100)


def test_the_hundred_and_first_is_refused_until_one_is_deleted(client_for, alice, story):
    body = {"title": "x", "stories": [str(story.pk)]}
    for _ in range(99):
        factories.highlight(alice, [story])
    assert client_for(alice).post("/v1/highlights", body).status_code == 201
    refused = client_for(alice).post("/v1/highlights", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "highlight_cap")
    client_for(alice).delete(f"/v1/highlights/{Highlight.objects.first().pk}")
    assert client_for(alice).post("/v1/highlights", body).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_story_deleted_while_it_is_collected_is_in_no_highlight(client_for, alice, run_concurrently):
    stories = [factories.story(alice) for _ in range(3)]
    highlight = factories.highlight(alice, stories, cover_story=stories[0])
    ids = [str(story.pk) for story in stories]
    calls = [partial(client_for(alice).patch, f"/v1/highlights/{highlight.pk}", {"stories": order})
             for order in (ids, ids[::-1], ids[:2], ids[1:])]  # fmt: skip
    answers = run_concurrently(
        [*calls, partial(actions.delete, story=stories[0]), partial(actions.delete, story=stories[1])]
    )
    assert {answer.status_code for answer in answers[:4]} <= {200, 400}
    assert not HighlightItem.objects.filter(story__deleted_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_fill_the_last_place_once(client_for, alice, story, run_concurrently):
    for _ in range(99):
        factories.highlight(alice, [story])
    body = {"title": "x", "stories": [str(story.pk)]}
    answers = run_concurrently([partial(client_for(alice).post, "/v1/highlights", body) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
