"""Text and lists that would cost minutes are refused by their length, before anybody works on them."""

import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db
MARKS = "a" + "\u0301\u0316" * 10_000  # NFC sorts them by insertion: twice as many take four times as long
REGISTRATION = {"name": "Zoe", "email": "zoe@example.com", "password": "xkcd-horse-battery", "birth_date": "1990-05-17"}


class _Spy:
    """`unicodedata` that notes how long the texts are which it normalizes: their time cannot be asserted."""

    def __init__(self) -> None:
        self.longest = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(unicodedata, name)

    def normalize(self, form: Any, text: str) -> str:
        self.longest = max(self.longest, len(text))
        return unicodedata.normalize(form, text)


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Spy]:
    spy = _Spy()
    for module in ("api.fields", "api.search_key", "posts.captions", "search.tokens", "search.people.names"):
        monkeypatch.setattr(f"{module}.unicodedata", spy)
    yield spy
    assert spy.longest < 10_000


@pytest.mark.parametrize("field", ["username", "name"])
def test_a_stranger_registers_with_marks(field, client_for, spy):
    answer = client_for(None).post("/v1/auth/register", {"username": "zoe", **REGISTRATION, field: MARKS})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "max_length"


@pytest.mark.parametrize(
    ("field", "value"), [("caption", MARKS), ("place", MARKS), ("tags", [MARKS]), ("tags", ["#a" + MARKS])]
)
def test_a_post_of_marks(field, value, alice, client_for, spy):
    answer = client_for(alice).post("/v1/posts", {"media": [str(factories.media(alice).pk)], field: value})
    assert answer.status_code == 400
    assert "max_length" in {error["code"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("count", [30, 31])
def test_a_letter_takes_thirty_marks_and_no_more(count, alice, client_for, spy):
    answer = client_for(alice).patch("/v1/me", {"bio": "a" + "\u0316" * count})
    if count > 30:
        assert answer.status_code == 400
        assert [error["code"] for error in answer.json()["errors"]] == ["marks"]
    else:
        assert answer.json()["bio"] == "a" + "\u0316" * count


def test_marks_in_the_address_of_a_tag(alice, client_for, spy):
    assert client_for(alice).get(f"/v1/tags/{quote(MARKS)}").status_code == 404


def test_letters_that_nfc_joins_count_as_one(alice, client_for):
    joined = "\u1f82" * 256
    answer = client_for(alice).patch("/v1/me", {"name": unicodedata.normalize("NFD", joined)})
    assert answer.status_code == 200
    assert answer.json()["name"] == joined


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", "/v1/posts", {"media": ["no id"] * 11}),
        ("post", "/v1/posts", {"media": ["1"], "tags": ["no tag"] * 31}),
        ("put", "/v1/stories/seen", {"ids": ["no id"] * 1001}),
        ("post", "/v1/highlights", {"title": "Sea", "stories": ["no id"] * 101}),
    ],
)
def test_a_list_that_is_too_long_is_not_looked_at(method, address, body, alice, client_for):
    answer = getattr(client_for(alice), method)(address, body)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["max_length"]


def test_more_alt_texts_than_a_post_has_media(alice, client_for):
    post: Post = factories.post(alice)
    answer = client_for(alice).patch(f"/v1/posts/{post.pk}", {"alt_texts": {str(number): None for number in range(11)}})
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["max_length"]
