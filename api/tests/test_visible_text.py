"""Text of only invisible characters is no text."""

import pytest

from accounts.models import User
from posts.models import Comment
from tests.support import factories

pytestmark = pytest.mark.django_db

INVISIBLE = {
    "zero width space": "\u200b",
    "braille blank": "\u2800",
    "hangul filler": "\u3164",
    "half-width hangul filler": "\uffa0",
    "soft hyphen": "\u00ad",
    "word joiner": "\u2060",
    "tag characters": "\U000e0041\U000e007f",
    "variation selector": "\ufe0f",
    "grapheme joiner": "\u034f",
    "ideographic space": "\u3000",
    "mixed": " \u200b\u3164\u00a0\u2060 ",
}
VISIBLE = ["👨‍👩‍👧", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "a\u200b", "می‌خواهم", "\u0600", "ㅤok", "!", "\u2801"]
cases = pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE.keys())


def refused(answer, pointer):
    assert answer.status_code == 400, answer.content
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, "blank")]


@cases
def test_no_comment(client_for, alice, bob, text):
    refused(client_for(bob).post(f"/v1/posts/{factories.post(alice).pk}/comments", {"text": text}), "/text")
    assert not Comment.objects.exists()


@cases
def test_no_name(client_for, alice, text):
    refused(client_for(alice).patch("/v1/me", {"name": text}), "/name")
    assert User.objects.named("alice").get().name == alice.name


@cases
def test_no_name_to_register_with(client, text):
    body = {"username": "newcomer", "name": text, "email": "new@b.example", "password": "quite-long-enough-7"}
    answer = client.post("/v1/auth/register", {**body, "birth_date": "1990-05-17"}, content_type="application/json")
    refused(answer, "/name")


@cases
def test_no_title(client_for, alice, text):
    body = {"title": text, "stories": [str(factories.story(alice).pk)]}
    refused(client_for(alice).post("/v1/highlights", body), "/title")


@cases
def test_where_text_may_be_empty_it_is(client_for, alice, text):
    post = factories.post(alice, "before", place="Nowhere else")
    answer = client_for(alice).patch(f"/v1/posts/{post.pk}", {"caption": text, "place": text})
    assert (answer.status_code, answer.json()["caption"], answer.json()["place"]) == (200, "", None)
    assert client_for(alice).patch("/v1/me", {"bio": text}).json()["bio"] == ""


@pytest.mark.parametrize("text", VISIBLE)
def test_beside_something_visible_they_stay(client_for, alice, text):
    post = factories.post(alice)
    answer = client_for(alice).post(f"/v1/posts/{post.pk}/comments", {"text": text})
    assert (answer.status_code, answer.json()["text"]) == (201, text)
