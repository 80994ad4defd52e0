"""The forms of the browsable API."""

import pytest

from stories.models import Highlight, Story
from tests.support import factories
from tests.support.browsing import browser_of, send_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice):
    return browser_of(alice)


def test_the_forms_of_stories_and_highlights(browser, alice):
    for _ in range(2):
        assert send_form(browser, "/v1/stories", {"media": str(factories.media(alice).pk)}).status_code == 201
    one, two = Story.objects.order_by("pk")
    form = {"title": "typed", "stories": f"{two.pk}, {one.pk}", "cover": str(one.pk)}
    answer = send_form(browser, "/v1/highlights", form)
    assert answer.status_code == 201, answer.content.decode()
    highlight = Highlight.objects.get()
    assert [item.story_id for item in highlight.items.order_by("position")] == [two.pk, one.pk]
    assert "w320.webp" in answer.content.decode()


def test_a_cover_left_empty_in_the_form_is_none(browser, alice):
    story = factories.story(alice)
    answer = send_form(browser, "/v1/highlights", {"title": "typed", "stories": str(story.pk), "cover": ""})
    assert answer.status_code == 201, answer.content.decode()


def test_every_page_opens_in_a_browser(browser, alice):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story])
    for path in (
        "stories", f"stories/{story.pk}", f"stories/{story.pk}/viewers", "users/alice/stories", "me/stories/archive",
        "me/stories/archive/months", "highlights", f"highlights/{highlight.pk}", f"highlights/{highlight.pk}/stories",
        "users/alice/highlights",
    ):  # fmt: skip
        answer = browser.get(f"/v1/{path}")
        assert answer.status_code == 200, path
        assert answer["Content-Type"].startswith("text/html")
