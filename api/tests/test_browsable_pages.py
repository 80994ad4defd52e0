"""What a page of the browsable API shows besides the answer, and what it offers to whom."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from api.pages import cards_in
from tests.support import factories
from tests.support.browsing import browser_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<li><a href="([^"]+)">(.*?)</a></li>', re.DOTALL)


def html_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer["Content-Type"].startswith("text/html")
    return str(answer.content.decode())


def test_a_page_of_posts_shows_whose_they_are_what_they_say_and_where_they_are(alice, bob):
    post = factories.post(alice, "Dusk <b>over</b> Galata")
    page = html_of(browser_of(bob), "/v1/users/alice/posts")
    [(address, card)] = LINK.findall(page)
    assert address == f"/v1/posts/{post.pk}"
    assert "<b>@alice</b>" in card
    assert "Dusk &lt;b&gt;over&lt;/b&gt; Galata" in card
    assert re.search(r'<img src="[^"]+w320.webp[^"]*" alt="[^"]+"', card)


def test_a_page_of_people_leads_to_them(alice, bob):
    [(address, card)] = LINK.findall(html_of(browser_of(alice), "/v1/users/alice/followers"))
    assert address == "/v1/users/bob"
    assert "@bob" in card


def test_every_picture_has_words_in_its_place():
    media = {"renditions": [{"url": "a.webp"}], "poster": None, "url": "a.jpg", "alt_text": ""}
    person = {"id": "1", "username": "bob", "avatar": None}
    post = {"id": "2", "author": person, "caption": "", "media": [media]}
    assert [card.alt for card in cards_in([media, post])] == ["A picture without a description", "A picture by @bob"]


def test_the_page_of_one_post_has_all_its_pictures(alice):
    post = factories.post(alice, photos=3)
    assert html_of(browser_of(alice), f"/v1/posts/{post.pk}").count("<img ") == 3


@pytest.mark.parametrize(("path", "body"), [("posts", "PATCH"), ("comments", "")])
def test_who_may_not_change_a_thing_is_offered_no_form_for_it(alice, bob, charlie, path, body):
    post = factories.post(alice)
    comment = factories.comment(post, bob)
    address = f"/v1/posts/{post.pk}" if path == "posts" else f"/v1/comments/{comment.pk}"
    mine, others = (html_of(browser_of(person), address) for person in (alice, charlie))
    assert 'id="delete"' in mine
    assert 'id="delete"' not in others
    assert (f'data-method="{body}"' in mine) == bool(body)
    assert f'action="{address}" method="post" data-method' not in others


def test_lists_have_words_of_their_own(alice):
    browser = browser_of(alice)
    words = {
        "/v1/users/alice/followers": "Whoever followed last comes first.",
        "/v1/users/alice/following": "Whom they followed last comes first.",
        "/v1/me/blocks": "Whom you block",
        "/v1/posts": "each with its <code>state</code>",
    }
    pages = {path: html_of(browser, path) for path in words}
    for path, text in words.items():
        assert text in unescape(pages[path]), path
        assert "There is nothing in this list yet." in pages[path]
    assert "Whom you block" not in pages["/v1/users/alice/followers"]


def test_pages_say_their_language_and_fit_a_phone(alice):
    for page in (html_of(browser_of(alice), "/v1/me"), Client().get("/").content.decode()):
        assert '<html lang="en">' in page
        assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
        assert "prefers-color-scheme:dark" in page


def test_each_field_is_within_its_label(alice):
    for path in ("/v1/me", "/v1/posts", "/v1/media", "/v1/auth/register"):
        form = re.search(r'<form id="\w+-object-form".*?</form>', html_of(browser_of(alice), path), re.DOTALL)
        assert form
        outside = re.sub(r"<label>.*?</label>", "", form[0], flags=re.DOTALL)
        assert re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', outside) == ["csrfmiddlewaretoken"]


def test_without_a_slash_it_is_the_same_page(client_for, alice):
    answer = client_for(alice).get("/v1?x=1")
    assert (answer.status_code, answer["Location"]) == (301, "/v1/?x=1")
    assert client_for(alice).get("/v1", follow=True).json()["feed"] == "http://testserver/v1/feed"


def test_one_logs_out_on_the_front_page(alice):
    browser = browser_of(alice)
    token: Any = re.search(r'action="/logout".*?value="([^"]+)"', browser.get("/").content.decode(), re.DOTALL)
    browser.post("/logout", {"csrfmiddlewaretoken": token[1]})
    page = browser.get("/").content.decode()
    assert 'href="/login"' in page
    assert "Log out" not in page
