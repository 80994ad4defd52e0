"""The forms of the browsable API: media and tags are typed into one text field."""

import re

import pytest

from posts.models import Comment, Post
from tests.support import factories
from tests.support.browsing import browser_of, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice):
    return browser_of(alice)


def test_the_form_of_posts_takes_ids_separated_by_commas(browser, alice):
    photos = [factories.media(alice) for _ in range(2)]
    page = browser.get("/v1/posts")
    html = page.content.decode()
    assert re.search(r'<input[^>]+name="media"[^>]+type="text"', html, re.DOTALL)
    assert "Lists are not currently supported" not in html
    assert "[]" not in html.split("post-object-form")[1].split("</form")[0]
    form = {
        "csrfmiddlewaretoken": token_in(page),
        "media": f"{photos[1].pk}, {photos[0].pk}",
        "caption": "typed #by hand",
        "tags": "sea, sky",
        "place": "Galata",
        "media_latitude": "41.5",
        "media_longitude": "29",
        "user_latitude": "",
        "user_longitude": "",
        "comments_enabled": "True",
    }
    answer = browser.post("/v1/posts", form)
    assert answer.status_code == 201, answer.content.decode()
    post = Post.objects.get()
    assert [item.media_id for item in post.items.order_by("position")] == [photos[1].pk, photos[0].pk]
    assert [row.name for row in post.post_tags.order_by("position")] == ["by", "sea", "sky"]
    assert (post.caption, post.comments_enabled, post.user_latitude) == ("typed #by hand", True, None)
    assert "w320.webp" in answer.content.decode()


def test_a_form_that_does_not_fit_is_a_400_that_says_where(browser, alice):
    page = browser.get("/v1/posts")
    answer = browser.post("/v1/posts", {"csrfmiddlewaretoken": token_in(page), "media": "12, abc", "caption": "kept"})
    assert answer.status_code == 400
    assert "/media/1" in answer.content.decode()
    assert not Post.objects.exists()


def test_a_form_without_the_switch_leaves_comments_on(browser, alice):
    page = browser.get("/v1/posts")
    browser.post("/v1/posts", {"csrfmiddlewaretoken": token_in(page), "media": str(factories.media(alice).pk)})
    assert Post.objects.get().comments_enabled is True


def test_every_page_opens_in_a_browser(browser, alice, bob):
    post = factories.post(alice)
    comment = factories.comment(post, bob)
    for path in (
        f"posts/{post.pk}", f"posts/{post.pk}/comments", f"posts/{post.pk}/likes", f"comments/{comment.pk}",
        f"comments/{comment.pk}/replies", "users/alice/posts", "me/saved", "me/collections", "me/archive", "me/trash",
        "me/removed",
    ):  # fmt: skip
        answer = browser.get(f"/v1/{path}")
        assert answer.status_code == 200, path
        assert answer["Content-Type"].startswith("text/html")
    for path in (f"posts/{post.pk}/like", f"posts/{post.pk}/save", f"posts/{post.pk}/archive"):
        assert browser.get(f"/v1/{path}").status_code == 405


def test_the_form_of_comments_works(browser, alice):
    post = factories.post(alice)
    page = browser.get(f"/v1/posts/{post.pk}/comments")
    form = {"csrfmiddlewaretoken": token_in(page), "text": "typed", "reply_to": ""}
    assert browser.post(f"/v1/posts/{post.pk}/comments", form).status_code == 201
    assert Comment.objects.get().text == "typed"


def test_without_the_forms_token_nothing_is_posted(browser, alice):
    answer = browser.post("/v1/posts", {"media": str(factories.media(alice).pk)})
    assert answer.status_code == 403
    assert not Post.objects.exists()
