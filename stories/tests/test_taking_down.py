"""Stories and highlights that moderators take down are gone for everybody by the next request, and back as they were.

Mutants: a highlight that still shows a story that was taken down; one whose owner changes it while it is down.
"""

from datetime import timedelta
from functools import partial

import pytest

from api.problems import Problem
from media.models import Media
from stories import actions
from stories.models import Highlight, Story
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_story_is_gone_from_tray_and_highlights_and_then_back(client_for, alice, bob, charlie):
    kept, story = factories.story(alice), factories.story(alice)
    highlight = factories.highlight(alice, [story, kept], "Shelf", cover_story=story)
    paths = [f"stories/{story.pk}", "stories", "users/alice/stories", f"highlights/{highlight.pk}"]
    paths += [f"highlights/{highlight.pk}/stories", "users/alice/highlights"]
    viewers = {person.username: client_for(person) for person in (alice, bob, charlie)}

    def seen():
        return {
            (name, path): (answer.status_code, answer.content)
            for name, client in viewers.items()
            for path in paths
            for answer in [client.get(f"/v1/{path}")]
        }

    before = seen()
    assert actions.take_down(story_id=story.pk)
    for (name, path), (_, body) in seen().items():
        assert str(story.pk).encode() not in body, f"{path} as {name}"
        assert story.media.prefix.encode() not in body, f"{path} as {name}"
    shown = viewers["bob"].get(f"/v1/highlights/{highlight.pk}").json()
    assert (shown["items_count"], shown["cover"]["id"]) == (1, str(kept.media_id))
    assert viewers["alice"].delete(f"/v1/stories/{story.pk}").status_code == 404
    assert viewers["alice"].get("/v1/stories").json()["results"][0]["stories"][0]["id"] == str(kept.pk)
    again = {"title": "Again", "stories": [str(story.pk)]}
    assert viewers["alice"].post("/v1/highlights", again).json()["errors"][0]["code"] == "not_found"
    assert actions.put_back(story_id=story.pk)
    assert seen() == before


def test_a_highlight_is_gone_and_then_back(client_for, alice, bob):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story], "Shelf")
    paths = [f"highlights/{highlight.pk}", f"highlights/{highlight.pk}/stories", "users/alice/highlights", "highlights"]
    viewers = [client_for(alice), client_for(bob)]

    def seen():
        return [(answer.status_code, answer.content) for one in viewers for answer in map(one.get, addresses)]

    addresses = [f"/v1/{path}" for path in paths]
    before = seen()
    assert actions.take_down_highlight(highlight_id=highlight.pk)
    assert all(status == 404 or b"Shelf" not in body for status, body in seen())
    her = viewers[0]
    assert her.patch(f"/v1/highlights/{highlight.pk}", {"title": "x"}).status_code == 404
    assert her.delete(f"/v1/highlights/{highlight.pk}").status_code == 404
    assert viewers[1].get(f"/v1/stories/{story.pk}").status_code == 200
    assert actions.put_back_highlight(highlight_id=highlight.pk)
    assert seen() == before


def test_a_change_that_was_under_way_does_not_reach_a_highlight_that_is_down(alice):
    highlight = factories.highlight(alice, [factories.story(alice)])
    actions.take_down_highlight(highlight_id=highlight.pk)
    with pytest.raises(Problem) as refused:
        actions.change_highlight(highlight=highlight, changes={"title": "x"})
    assert refused.value.get_codes() == "not_found"


def test_put_back_after_its_day_it_has_expired_all_the_same(client_for, alice, bob):
    story = factories.story(alice, age=timedelta(hours=25))
    assert actions.take_down(story_id=story.pk)
    assert client_for(alice).get("/v1/me/stories/archive").json()["results"] == []
    assert actions.put_back(story_id=story.pk)
    assert client_for(bob).get(f"/v1/stories/{story.pk}").status_code == 404
    archive = client_for(alice).get("/v1/me/stories/archive").json()["results"]
    assert [row["id"] for row in archive] == [str(story.pk)]


def test_one_that_waits_for_its_media_is_published_when_it_is_put_back(alice):
    media = factories.media(alice, state=Media.State.PROCESSING, references=1)
    story = factories.story(alice, media=media, timeline_id=None, published_at=None, expires_at=None)
    assert actions.take_down(story_id=story.pk)
    Media.objects.filter(pk=media.pk).update(state=Media.State.READY)
    actions.publish_when_ready(media_id=media.pk)
    assert Story.objects.get(pk=story.pk).timeline_id is None
    assert actions.put_back(story_id=story.pk)
    assert Story.objects.get(pk=story.pk).timeline_id


def test_each_says_whether_anything_changed(alice):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story])
    for act, undo, row in (
        (actions.take_down, actions.put_back, {"story_id": story.pk}),
        (actions.take_down_highlight, actions.put_back_highlight, {"highlight_id": highlight.pk}),
    ):
        assert not undo(**row)
        assert [act(**row), act(**row), undo(**row), undo(**row)] == [True, False, True, False]
        assert not act(**dict.fromkeys(row, 1))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(alice, run_concurrently):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story])
    for act, row in (
        (actions.take_down, {"story_id": story.pk}),
        (actions.put_back, {"story_id": story.pk}),
        (actions.take_down_highlight, {"highlight_id": highlight.pk}),
    ):
        assert sorted(run_concurrently([partial(act, **row)] * 8)) == [False] * 7 + [True]
    assert Highlight.objects.get(pk=highlight.pk).removed_at
