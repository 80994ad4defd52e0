"""The pages of the browsable API: what was typed is not lost, and there is a way on from everywhere."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from api.pages import cards_in
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(alice)
    return client


def form_of(answer: Any, method: str) -> str:
    """The HTML form of one method; empty if the page has none."""
    found = re.search(rf'id="{method.lower()}-object-form".*?</form>', answer.content.decode(), re.DOTALL)
    return unescape(found[0]) if found else ""


def value_in(form: str, name: str) -> str | None:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', form, re.DOTALL)
    return found[1] if found else None


def test_a_rejected_form_keeps_what_was_typed_and_says_what_is_wrong_by_the_field(browser):
    typed = {"media": "12, abc", "caption": "kept <b>", "place": "Galata", "comments_enabled": "false"}
    answer = browser.post("/v1/posts", typed)
    form = form_of(answer, "POST")
    assert answer.status_code == 400
    assert (value_in(form, "media"), value_in(form, "place")) == ("12, abc", "Galata")
    assert "kept <b></textarea>" in form
    assert "kept &lt;b&gt;" in answer.content.decode(), "typed text is no markup"
    assert re.search(r'name="comments_enabled".*?value="false" selected', form, re.DOTALL)
    field = form.split('name="media"')[1].split('name="caption"')[0]
    assert "Not an id" in field
    assert form.count("has-error") == 1


def test_what_an_action_refuses_stands_by_the_field_too(browser, bob):
    theirs = factories.media(bob)
    form = form_of(browser.post("/v1/posts", {"media": str(theirs.pk), "caption": "kept"}), "POST")
    assert value_in(form, "media") == str(theirs.pk)
    assert "has-error" in form.split('name="media"')[0]


def test_a_form_refused_as_a_whole_is_kept(browser):
    page = browser.post("/v1/media", {"file": SimpleUploadedFile("a.jpg", b"<html>"), "alt_text": "a ferry"})
    assert page.status_code == 415
    assert "a ferry</textarea>" in form_of(page, "POST")


def test_rejected_json_is_kept_in_the_raw_tab(browser):
    page = browser.post("/v1/posts", {"media": ["x"], "caption": "typed as JSON"}, "application/json")
    assert page.status_code == 400
    assert '"caption": "typed as JSON"' in unescape(page.content.decode().split("post-generic-content-form")[-1])


def test_a_body_that_cannot_be_read_is_a_400_page(browser):
    page = browser.post("/v1/posts", "{", "application/json")
    assert page.status_code == 400
    assert "parse_error" in page.content.decode()


def test_a_form_that_was_taken_comes_back_empty(browser, alice):
    answer = browser.post("/v1/posts", {"media": str(factories.media(alice).pk), "place": "Galata"})
    assert answer.status_code == 201
    assert not value_in(form_of(answer, "POST"), "place")


def test_a_change_starts_from_what_there_is(browser, alice):
    post = factories.post(alice, "as it was", place="Galata")
    form = form_of(browser.get(f"/v1/posts/{post.pk}"), "PATCH")
    assert "as it was</textarea>" in form
    assert value_in(form, "place") == "Galata"
    assert value_in(form, "media") == str(post.items.get().media_id)
    assert re.search(r'name="comments_enabled".*?value="true" selected', form, re.DOTALL)


def test_a_change_sent_as_it_came_changes_nothing(browser, alice):
    post = factories.post(alice, "as it was", place="Galata")
    page = browser.get(f"/v1/posts/{post.pk}").content.decode()
    raw = unescape(re.search(r'id="patch-generic-content-form".*?<textarea[^>]*>(.*?)</textarea>', page, re.DOTALL)[1])  # type: ignore[index]
    answer = browser.patch(f"/v1/posts/{post.pk}", raw, "application/json")
    assert answer.status_code == 200, raw
    after = Post.objects.get()
    assert (after.caption, after.place_id, after.comments_enabled) == ("as it was", post.place_id, True)


def test_a_switch_is_turned_off_by_the_form_of_a_change(browser, alice):
    User.objects.filter(pk=alice.pk).update(is_private=True)
    assert re.search(r'name="is_private".*?value="true" selected', form_of(browser.get("/v1/me"), "PATCH"), re.DOTALL)
    browser.patch("/v1/me", "is_private=false", "application/x-www-form-urlencoded")
    alice.refresh_from_db()
    assert alice.is_private is False


def test_an_address_that_only_takes_writes_says_so_in_a_line(browser, bob):
    page = browser.get("/v1/users/bob/follow")
    html = page.content.decode()
    assert page.status_code == 405
    assert "There is nothing to read at this address. It takes <b>PUT</b> and <b>DELETE</b>." in html
    assert "<details>" in html, "the answer is folded away"
    assert 'data-method="PUT"' in html
    assert "<textarea" not in html, "there is no body to type"


def test_the_page_of_what_is_not_there_offers_nothing_to_do(browser):
    html = browser.get("/v1/posts/1").content.decode()
    assert "not_found" in html
    assert "data-method" not in html


def test_a_page_leads_to_what_stands_below_it(browser, alice):
    post = factories.post(alice)
    html = browser.get(f"/v1/posts/{post.pk}").content.decode()
    assert f'href="/v1/posts/{post.pk}/comments"' in html
    assert re.search(rf'action="/v1/posts/{post.pk}/like" data-method="PUT"', html)
    root = browser.get("/v1/").content.decode()
    for name in ("media", "posts", "search", "me"):
        assert f'href="/v1/{name}"' in root, name
    assert 'href="/v1/tags"' not in root, "there is no such address"


def test_pages_lead_to_the_next_and_back_to_the_first(browser, alice):
    for _ in range(3):
        factories.post(alice)
    page = browser.get("/v1/posts?limit=2").content.decode()
    assert "First page" not in page
    following = unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])  # type: ignore[index]
    last = browser.get(following).content.decode()
    assert 'rel="next" href' not in last
    assert 'href="http://testserver/v1/posts?limit=2">First page' in last


def test_who_is_logged_out_is_sent_to_the_log_in_and_back():
    page = Client(headers={"Accept": "text/html"}).get("/v1/feed?limit=3")
    assert page.status_code == 401
    assert 'href="/login?next=%2Fv1%2Ffeed%3Flimit%3D3"' in page.content.decode()


def test_a_film_is_shown_by_its_poster():
    still = {"renditions": [{"url": "a.webp"}]}
    film = {"renditions": [{"url": "a.mp4"}], "poster": still, "alt_text": "x", "url": "a.mp4"}
    assert [card.picture for card in cards_in({"results": [film]})] == ["a.webp"]
    assert cards_in({"renditions": [], "poster": None}) == []


def test_line_breaks_outlive_a_change_by_the_form(browser, alice):
    post = factories.post(alice, "one\ntwo")
    assert "one\ntwo</textarea>" in form_of(browser.get(f"/v1/posts/{post.pk}"), "PATCH")


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_password_is_not_repeated(browser, content_type):
    sent = {"username": "nobody.here", "password": "whisper-it"}
    body = json.dumps(sent) if content_type.endswith("json") else urlencode(sent)
    page = browser.post("/v1/auth/token", body, content_type)
    assert page.status_code == 401
    assert "nobody.here" in page.content.decode()
    assert "whisper-it" not in page.content.decode()
